"""Which names stand for the same country, region or body: facts of general knowledge, not of any article.

One row an entity: its term, then its other forms, parted by commas; a form may be several words.  A country's row
holds its adjective and people, capital, seat of government, usual abbreviation, and the family names of those who
spoke for it to the world between 2021 and 2026: heads of state and government, foreign ministers, ambassadors to the
United Nations.  Kind of source: the names and codes of ISO 3166, the UN's list of heads of state, governments and
foreign ministers, and each body's own site.  Left out are forms that are another word or many people's name.  An
indented line goes on with the row above it.
"""

from __future__ import annotations

COUNTRIES = """
afghanistan, afghan, afghani, kabul, kandahar, taliban, ghani, abdullah abdullah, khalilzad
albania, albanian, tirana
algeria, algerian, algiers, tebboune, lamamra
angola, angolan, luanda, lourenço
argentina, argentine, argentinian, argentinean, buenos aires, milei, argentine republic
armenia, armenian, yerevan, pashinyan, mirzoyan
australia, australian, canberra, albanese, penny wong, marise payne
austria, austrian, nehammer, schallenberg, stocker
azerbaijan, azerbaijani, baku, aliyev, bayramov
bahrain, bahraini, manama
bangladesh, bangladeshi, dhaka, hasina
belarus, belarusian, belarusan, minsk, lukashenko, lukashenka, tsikhanouskaya, alexander lukashenko
belgium, belgian
benin, beninese
bolivia, bolivian
bosnia, bosnian, sarajevo, dodik, bosnia and herzegovina
botswana, gaborone
brazil, brazilian, brasilia, brasília, bolsonaro, lula, federative republic of brazil
britain, british, briton, uk, united kingdom, great britain, downing street, boris johnson, liz truss, elizabeth
    truss, dominic raab, rishi sunak, keir starmer, david lammy, england, scotland, scottish, fcdo
bulgaria, bulgarian, sofia
burkina faso, burkinabe, ouagadougou
burma, burmese, myanmar, naypyidaw, rohingya, aung san suu kyi, min aung hlaing
burundi, burundian
cambodia, cambodian, phnom penh, hun sen, hun manet
cameroon, cameroonian
canada, canadian, ottawa, trudeau, mélanie joly, carney
central african republic, bangui
chad, chadian, n'djamena
chile, chilean, santiago, boric, allamand
china, chinese, beijing, prc, people's republic of china, xi jinping, president xi, wang yi, li qiang, li keqiang,
    yang jiechi, zhongnanhai
colombia, colombian, bogota, bogotá, petro, iván duque
congo, congolese, kinshasa, drc, tshisekedi, democratic republic of the congo
costa rica, costa rican, san jose, san josé, alvarado quesada, rodrigo chaves
croatia, croatian, zagreb
cuba, cuban, havana, díaz-canel
cyprus, cypriot, nicosia
czechia, czech, czech republic, prague, petr fiala, lipavský
denmark, danish, dane, copenhagen, frederiksen, kofod
djibouti, djiboutian
dominican republic, dominican, abinader
ecuador, ecuadorian, quito, noboa
egypt, egyptian, cairo, el-sisi, al-sisi, sisi, shoukry, abdelatty
el salvador, salvadoran, bukele
eritrea, eritrean, asmara, isaias
estonia, estonian, tallinn, kaja kallas, liimets
ethiopia, ethiopian, addis ababa, abiy, tigray, tigrayan, tplf, amhara, oromia, afar region
europe, european, europeans
fiji, fijian
finland, finnish, finn, helsinki, niinistö, sanna marin, stubb, haavisto
france, french, paris, elysee, élysée, macron, le drian, catherine colonna, barrot, emmanuel macron
gaza, gazan, hamas, gaza strip, rafah
georgia, georgian, tbilisi, zourabichvili, garibashvili, kobakhidze, south ossetia, abkhazia
germany, german, berlin, merkel, olaf scholz, scholz, baerbock, merz, heiko maas, wadephul, angela merkel
ghana, ghanaian, accra
greece, greek, athens, mitsotakis
greenland, greenlandic, nuuk
guatemala, guatemalan, giammattei, arévalo, brolo
guinea, guinean, conakry
guyana, guyanese
haiti, haitian, port-au-prince, jovenel moïse, ariel henry
honduras, honduran, tegucigalpa, xiomara castro
hong kong, hongkonger, hksar
hungary, hungarian, budapest, orban, orbán, szijjártó
iceland, icelandic, reykjavik
india, indian, delhi, modi, jaishankar, narendra modi
indonesia, indonesian, jakarta, jokowi, joko widodo, retno, prabowo
iran, iranian, tehran, islamic republic of iran, irgc, qods force, quds force, khamenei, raisi, rouhani, pezeshkian,
    araghchi, amir-abdollahian, zarif, ebrahim raisi, sayyid ebrahim raisi
iraq, iraqi, baghdad, erbil, kadhimi, sudani
ireland, irish, dublin, varadkar, coveney, taoiseach
israel, israeli, jerusalem, tel aviv, netanyahu, naftali bennett, bennett, lapid, gantz, herzog, gallant, hulata,
    idf, knesset, west bank, benjamin netanyahu, isaac herzog, yair lapid, benny gantz
italy, italian, rome, draghi, meloni, di maio, tajani, mattarella
ivory coast, ivorian, côte d'ivoire
jamaica, jamaican, holness
japan, japanese, tokyo, kishida, hayashi, motegi, suga, ishiba, takaichi, abe shinzo, shinzo abe, fumio kishida,
    kishida fumio
jordan, jordanian, amman, safadi, hashemite kingdom
kazakhstan, kazakhstani, kazakh, astana, nur-sultan, tokayev, nazarbayev
kenya, kenyan, nairobi, kenyatta, ruto
kosovo, kosovar, kosovan, pristina, kurti, osmani
kuwait, kuwaiti
kyrgyzstan, kyrgyz, bishkek, japarov, kyrgyz republic
laos, laotian, vientiane
latvia, latvian, riga, rinkēvičs
lebanon, lebanese, beirut, hezbollah, hizballah, mikati
liberia, liberian, monrovia
libya, libyan, tripoli, haftar, dbeibah
lithuania, lithuanian, vilnius, nausėda, nauseda, landsbergis
luxembourg, luxembourgish
malaysia, malaysian, kuala lumpur
maldives, maldivian
mali, malian, bamako
malta, maltese, valletta
mauritania, mauritanian
mexico, mexican, lópez obrador, amlo, ebrard, sheinbaum
moldova, moldovan, chisinau, chișinău, sandu, transnistria, popescu
mongolia, mongolian, ulaanbaatar
montenegro, montenegrin, podgorica
morocco, moroccan, rabat, bourita, western sahara
mozambique, mozambican, maputo, cabo delgado
namibia, namibian
nepal, nepali, nepalese, kathmandu
netherlands, dutch, hague, mark rutte
new zealand, auckland, wellington new zealand, ardern, mahuta
nicaragua, nicaraguan, managua, daniel ortega, ortega-murillo
niger, nigerien, niamey
nigeria, nigerian, abuja, buhari, tinubu
north korea, north korean, dprk, pyongyang, kim jong un, democratic people's republic of korea
north macedonia, macedonian, skopje
norway, norwegian, oslo, støre
oman, omani, muscat, busaidi
pakistan, pakistani, islamabad, imran khan, bhutto zardari, qureshi, shehbaz sharif
palestine, palestinian, ramallah, mahmoud abbas, plo, palestinian authority
panama, panamanian, cortizo, mouynes, mulino
papua new guinea, port moresby
paraguay, paraguayan, asunción
peru, peruvian, lima, boluarte
philippines, philippine, filipino, manila, duterte, marcos, locsin, manalo
poland, polish, warsaw, andrzej duda, morawiecki, rau, sikorski, tusk
portugal, portuguese, lisbon
qatar, qatari, doha, al-thani, al thani
romania, romanian, bucharest, iohannis, aurescu
russia, russian, moscow, kremlin, putin, lavrov, medvedev, peskov, mishustin, nebenzia, ushakov, shoigu, ryabkov,
    russian federation, wagner, vladimir putin, sergey lavrov, sergei lavrov, dmitry peskov
rwanda, rwandan, kigali, kagame
saudi arabia, saudi, riyadh, mohammed bin salman, king salman, faisal bin farhan, jeddah
senegal, senegalese, dakar, macky sall
serbia, serbian, belgrade, vucic, vučić
sierra leone, freetown
singapore, singaporean
slovakia, slovak, bratislava, čaputová, robert fico, heger
slovenia, slovenian, ljubljana
somalia, somali, mogadishu, al-shabaab
south africa, south african, pretoria, ramaphosa, pandor
south korea, south korean, rok, seoul, republic of korea, moon jae-in, yoon suk yeol, yoon, chung eui-yong, park
    jin, lee jae myung
south sudan, juba, salva kiir
spain, spanish, madrid, pedro sánchez, albares
sri lanka, colombo, rajapaksa
sudan, sudanese, khartoum, darfur, hamdok, burhan, rsf, hemedti
sweden, swedish, swede, stockholm, kristersson, ann linde, magdalena andersson
switzerland, swiss, bern, cassis, parmelin
syria, syrian, damascus, assad, idlib, al-sharaa
taiwan, taiwanese, taipei, taiwan strait, tsai ing-wen, cross-strait
tajikistan, tajik, dushanbe, rahmon
tanzania, tanzanian
thailand, thai, bangkok, prayut, don pramudwinai
togo, togolese
trinidad, trinidad and tobago
tunisia, tunisian, tunis, saied
turkey, turkish, turk, türkiye, turkiye, ankara, erdogan, erdoğan, cavusoglu, çavuşoğlu, fidan, recep tayyip
    erdogan, recep tayyip erdoğan
turkmenistan, turkmen, ashgabat, berdimuhamedov
uganda, ugandan, kampala, museveni
ukraine, ukrainian, kyiv, kiev, zelenskyy, zelensky, zelenskiy, kuleba, yermak, shmyhal, reznikov, sybiha, umerov,
    donbas, donbass, donetsk, luhansk, lugansk, crimea, crimean, mariupol, kharkiv, odesa, odessa, kherson,
    zaporizhzhia, special military operation, verkhovna rada, normandy format, minsk agreements, volodymyr
    zelenskyy, volodymyr zelensky, dmytro kuleba, andriy yermak, denys shmyhal, olena zelenska
united arab emirates, uae, emirati, emirates, abu dhabi, dubai
united states, usa, u.s, american, america, washington, white house, state department, biden, joe biden, joseph r
    biden jr, joseph r biden, joseph biden, trump, donald trump, donald j trump, blinken, antony blinken, antony j
    blinken, tony blinken, rubio, marco rubio, kamala harris, vice president harris, jake sullivan, vance, j d
    vance, melania, melania trump, jill biden
uruguay, uruguayan, montevideo
uzbekistan, uzbek, tashkent, mirziyoyev
vatican, holy see, pope, vatican city
venezuela, venezuelan, caracas, maduro, guaidó, guaido
vietnam, vietnamese, hanoi
yemen, yemeni, sanaa, sana'a, houthi, houthis, ansar allah, hodeidah, aden, marib, lenderking
zambia, zambian, lusaka
zimbabwe, zimbabwean, harare
"""

BODIES = """
united nations, un, unga, guterres, secretary-general, un general assembly, general assembly
security council, unsc, un security council
nato, north atlantic treaty organization, north atlantic alliance, stoltenberg, north atlantic council, washington
    treaty
european union, eu, european commission, european council, von der leyen, charles michel, borrell, kaja kallas high
    representative, eeas, member states of the european union
african union, au commission
asean, association of southeast asian nations
g7, group of seven, g-7
g20, group of twenty, g-20
quad, quad leaders
osce, organization for security and cooperation in europe
iaea, international atomic energy agency, grossi
who, world health organization, tedros
wto, world trade organization
imf, international monetary fund, georgieva
world bank, world bank group
icc, international criminal court
icj, international court of justice
opcw, organisation for the prohibition of chemical weapons, organization for the prohibition of chemical weapons
unhcr, high commissioner for refugees, un refugee agency, grandi
iom, international organization for migration
unicef, un children's fund
wfp, world food programme, world food program
ohchr, high commissioner for human rights, bachelet, türk high commissioner
red cross, icrc, red crescent
unrwa, lazzarini
oecd, organisation for economic co-operation and development, organization for economic cooperation and development
opec, opec+
oas, organization of american states, almagro
csto, collective security treaty organization, collective security treaty organisation
brics, brics+
sco, shanghai cooperation organisation, shanghai cooperation organization
gcc, gulf cooperation council
covax, gavi
paris agreement, paris accord, paris climate agreement
cop26, cop27, cop28, cop29, cop30, unfccc, cop 26, conference of the parties
ipcc, intergovernmental panel on climate change
jcpoa, joint comprehensive plan of action, iran nuclear deal
npt, non-proliferation treaty, nuclear non-proliferation treaty, treaty on the non-proliferation of nuclear weapons,
    treaty of the non-proliferation of nuclear weapons
new start, new start treaty, strategic arms reduction treaty
aukus
daesh, isis, isil, islamic state, isis-k, isil-k
al-qaeda, al qaeda, al-qaida, al qa'ida
"""
