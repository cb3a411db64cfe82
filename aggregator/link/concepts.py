"""Which words of public affairs belong together: talks and negotiations, drawdown and withdrawal, duties and tariffs.

One row a family, its words behind its name; a word may stand in several.  The families are the standing subjects of
foreign ministries, governments and the UN (the headings under which they file their own statements) and the words by
which each is spoken of.  They were written down as general vocabulary, for no article.  A word of a family carries
matter; a word of none is more often rhetoric than subject.
"""

from __future__ import annotations

from aggregator.link.terms import terms

_FAMILIES = """
contact: talk negotiate dialogue summit meet meeting call conversation discuss discussion diplomacy diplomatic
    consultation speak phone telephone counterpart readout mediation mediator delegation envoy bilateral trilateral
peace: peace ceasefire truce settlement armistice deescalate de-escalation reconciliation accord guarantee
war: war invasion aggression attack conflict escalation hostilities offensive strike shelling bombing occupation
    battle fighting combat annexation
troops: troop force soldier deployment military army defence defense battalion exercise drill deterrence
arms: weapon arms ammunition missile rocket drone artillery launch ballistic warhead munitions javelin howitzer
withdrawal: withdrawal drawdown retrograde pullout departure exit leave
evacuation: evacuation airlift relocation flight rescue passage corridor
refuge: refugee resettlement displaced displacement asylum migrant migration immigrant immigration visa parole
    border host
aid: humanitarian aid relief assistance famine hunger food shelter donor donation
sanction: sanction designation asset freeze penalty embargo blacklist evasion restrictive
trade: tariff duty import export trade customs levy quota reciprocal importer exporter steel aluminum
vaccine: vaccine vaccination dose shot immunization booster covid pandemic virus coronavirus variant covax
health: health hospital disease medical doctor patient medicine outbreak
climate: climate emission warming greenhouse carbon methane decarbonization adaptation cop26 paris agreement glasgow
energy: energy oil gas coal pipeline electricity petroleum petrochemical renewable fuel power
nuclear: nuclear uranium enrichment nonproliferation proliferation disarmament iaea reactor centrifuge safeguards
    denuclearization warhead npt jcpoa
terror: terrorism terrorist counterterrorism extremist extremism daesh al-qaeda insurgent
rights: rights freedom women girl abuse repression detention prisoner dissident journalist activist censorship
    opposition
justice: court tribunal prosecution crime investigation accountability genocide atrocity verdict trial
democracy: election vote ballot democracy democratic parliament constitution referendum coup junta
economy: economy economic growth inflation investment investor market finance debt bank currency budget
development: development infrastructure poverty reconstruction recovery rebuild
technology: technology artificial intelligence cyber semiconductor chip digital data software ransomware
corruption: corruption bribery oligarch kleptocracy laundering transparency
drugs: fentanyl opioid drug narcotic trafficking cartel smuggling
alliance: alliance ally nato membership accession enlargement candidate article security partnership
sea: maritime sea strait navigation vessel ship freedom naval coast port island
food: grain wheat food hunger fertilizer crop harvest agriculture
law: resolution veto treaty convention charter sovereignty territorial integrity recognition
disaster: earthquake hurricane flood drought wildfire storm emergency
space: space satellite moon artemis orbit
culture: holiday greeting congratulation anniversary birthday celebration heritage festival sport award
global: global world worldwide international country nation foreign abroad overseas low-income poorer lower-income
    multilateral
"""

_DEEDS = """
support: support assist assistance help back backing aid contribution contribute solidarity package equipment
order: security stability stable unstable order architecture regional region tension
accord: agree agreement accord deal framework declaration pledge commitment
effect: implication consequence effect impact result outcome
"""


def _table(rows: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row in rows.replace("\n    ", " ").strip().split("\n"):
        name, words = row.split(": ")
        for term in filter(None, terms(words)):
            found.setdefault(term, {})[name] = None
    return {term: tuple(names) for term, names in found.items()}


FAMILIES = _table(_FAMILIES)
"""The families that a term belongs to."""
DEEDS = _table(_DEEDS)
"""The same for what is done about a subject and what comes of it: said of every subject, so that it tells no article
from another, but often the passages of one article."""
