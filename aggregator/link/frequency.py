"""How much a word tells, judged by how many official statements hold it.

The classes were counted on 6,392 statements of 2021 to 2026 (White House, State, Kremlin, President of Ukraine; the
first 1,500 characters of each): a word stands in the class of the share of statements that hold it.  Words that are
mostly capitalised are left out, since names are an article's subject; offices and speakers are listed by hand.
"""

from __future__ import annotations

_EVERYWHERE = """
action call commitment community continue cooperation country day development discussed economic effort family first
global good government important including international issue law leader meeting member met need new part partner
partnership people region right security support thank time two war work working world year
"""
_FREQUENT = """
additional address advance aggression anniversary announced area assistance attributable bilateral build building
challenge citizen city climate committed continued conversation course crisis critical democracy democratic
diplomatic discuss economy end energy ensure event everyone fact following forward free freedom friend full future
great group health held help high history home human humanitarian importance infrastructure joint key last
leadership level life live long meet military million month noted number official ongoing opportunity pandemic peace
place policy political program progress protect provide public question regional relation remark respect response
result role senior shared situation spoke step strategic strengthen strengthening stressed strong taking talk term
threat value visit want week welcome
"""
_COMMON = """
able access according achieve activity addition addressing advancing agenda agreed agreement allow almost along
alway announcement announcing army attack attention authority available background based become begin beginning
behalf believe benefit best better billion border bring brutal business called care case celebrate century certain
chain change children choice civil civilian clear close closely colleague combat coming common company comprehensive
concern condition conflict congratulate congratulated contact continuing contribution coordination cost courage
create created crime cultural current currently death decade decision declared deep defend delegation deliver
despite detail dialogue different difficult diplomacy direct discussion domestic due earlier education effective
election emergency emphasized enduring enforcement engagement ensuring entire environment especially essential
everybody everything example exchange expand experience expressed extraordinary face facility far fight fighting
financial five focus focused food format foundation four fully fund fundamental funding generation goal grateful
greeting growing growth happy hard historic hold honor hope impact implementation improve include increase
independence independent individual industry information informed initiative institution integrity interest invasion
investment job join joined joining justice land large largest launch launched lead leading led line local look lot
main major making mark market matter mean measure media missile mission moment move mutual necessary negotiation
next note occasion open opening operation organization participant participation particular party past peaceful
percent person personal please pleased point position possible potential power prevent principle priority private
process professional project promote promoting prosperity protecting protection proud provided providing range read
readout ready reaffirmed real really recent recognize record recovery reform regarding reiterated related
relationship release released remain report resilience resolution resource return risk rule safe safety sanction
scale school second section sector secure seen sent serve set several severe share side signed significant social
society sovereignty stability staff stand start stated stop strategy strength supply supporting sure sustainable
system taken task team technology telephone tell territorial territory thanked think thousand three throughout tie
took top trade tradition travel trip troop turn underscored understand unity unjustified unprecedented unprovoked
unwavering use used vaccine various victory view violence vital weapon women word worker young
"""
_KNOWN = """
ability abroad abuse accordance account accountability accountable achievement active actor actually advocate
affected affirmed age aggressor aid aimed amount annual answer anti appreciate appreciation approach arm arrived art
ask aspect aspiration assault assessment atrocity attend attended award awareness basic basis battle became began
big birthday bit body brave brief bringing broad brought budget built campaign cannot capability capacity capital
career cause caused ceasefire celebration ceremony chaired chance child circumstance clean collaboration collective
commercial communication competition concerned conclusion concrete condemn condemned condolence confident
congratulation consequence consider consistent construction constructive consultation content context contribute
convened coordinate coordinated coronavirus corruption counter countering counterpart couple creating creative
criminal culture daily data date deal dedicated dedication deepen deepening deeply defender defending delivery
demand demonstrate demonstrated deserve designation destroyed destruction determination determined develop
developing died digital dignity directed direction directly disaster disease diverse diversity document drug duty
early educational effect eight elected embargoed ending enemy engage engaged enhance entity equal equality equipment
equitable equity escalation establish established establishment exchanged expanded expanding expect expert export
extend extremely facilitate facing fair faith feel fellow field find flight folk follow forced form former found
friendship front frontline fuel gas gender gentlemen getting given governance gratitude ground grow guarantee guest
gun guy half hand happen healthcare hear heard heart hello helped helping hereby higher highest highlight
highlighted highly historical holding holiday honored hospital host hosted hosting hour housing hundred idea
immediate immediately implement implementing import impose improving included inclusive increased increasing
industrial innovation integration intent interlocutor interview introduction invited involved issued item journalist
killed kind known labor latest leave left legacy legal legislation liberty light little living longstanding looking
loss lost love loved lower maintain manufacturing mass mechanism medical memory men migration minute modern movement
multilateral multiple name natural needed neighbor network night non notice nuclear objective occupied occupier
offer officer oil old online organisation outstanding package paid parent participate particularly pass passed
passing path pay paying period permanent personnel phone planned platform play pleasure police population port posed
positive post powerful practical practice premeditated preparation prepare prepared present presented preserve
pressing pressure previous prior problem product production programme promise proposal prosperous provision purpose
pursuant quality quickly raised rate reach reached readiness reaffirm reason receive received recently recognition
recognized reduce reflect refugee regard regime regular relevant relief remember reminder reported reporting
represent request require research resident resilient resolve respond responsibility responsible restore restriction
review reviewed road robust root sacrifice save saving saw saying seek send serious served serving session
settlement seven sharing short show sign signing single six small soldier solidarity solution something space speak
specific speech spent sphere spirit sport spread stable stage standard standing started starting status steadfast
story strike stronger strongly struggle student success successful suffering supported talked talking temporarily
ten terrorism terrorist test text therefore third thought threaten title told tool topic total training transition
transport treatment trilateral true truly truth try trying undermine underscore understanding unfortunately unique
unit upcoming update urge urgent using vaccinated vaccination vested veteran victim video videoconference violation
virtual virtually vision visited voice vote wanted water welcomed wide win wish wonderful worked youth
"""

# Who speaks in these streams, and for whom: capitalised, in most statements, whatever these are about.
_OFFICES = """
administration ambassador america american antony antónio assistant atlantic biden blinken congress council department
deputy director donald federal foreign general government guterres harris house jen joe joseph kamala leader marco mark
minister ministry nation national nato ned north office organisation organization president presidential press price
prime psaki republic representative rubio rutte secretary senate senator spokesman spokesperson spokeswoman state
stoltenberg treaty trump un union united usa vance vice washington white
"""

_RARITY = {
    word: rarity
    for words, rarity in (
        (_KNOWN, 0.65),  # 1 to 2 % of the statements
        (_COMMON, 0.45),  # 2 to 5 %
        (_FREQUENT, 0.25),  # 5 to 10 %
        (_EVERYWHERE, 0.1),  # more
        (_OFFICES, 0.1),
    )
    for word in words.split()
}


def rarity(term: str) -> float:
    """Return how much ``term`` tells: 1 for a word that hardly any statement holds, down to 0.1."""
    return _RARITY.get(term, 1.0)
