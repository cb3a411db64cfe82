"""How many items a CPU second the linker scores, against 4 annotations and against 100.

    python -m benchmarks.linking [ROUNDS]

Items of 1,000 characters about as many subjects as there are articles; ``worst`` is where every item names the
anchors of every article.  One core, medians of ROUNDS (5).
"""

from __future__ import annotations

import sys

from aggregator.config.values import Annotation, Article
from aggregator.link import Linker
from aggregator.model import Item
from benchmarks.stages import median

ITEMS = 400
LENGTH = 1_000
ORGANISATIONS = ("state", "white-house", "un", "nato")
SUBJECTS = (
    ("Kenya", "Somalia", "drought", "grain deliveries"),
    ("Peru", "Chile", "copper", "port duties"),
    ("Nepal", "India", "dam", "river treaty"),
    ("Ghana", "Togo", "vaccines", "hospital aid"),
    ("Fiji", "Samoa", "sea level", "climate finance"),
    ("Georgia", "Armenia", "border", "ceasefire talks"),
    ("Cuba", "Jamaica", "hurricane", "relief flights"),
    ("Mongolia", "Laos", "coal", "power exports"),
)


def article(number: int, *, same: bool = False) -> Article:
    """Return an article of our own words with four annotations; ``same`` gives all the same anchors."""
    one, other, matter, deed = SUBJECTS[0 if same else number % len(SUBJECTS)]
    return Article.model_validate({
        "id": f"article-{number}",
        "title": f"{one} and {other} Return to the Table Over {matter.title()}, Round {number}",
        "url": f"https://example.org/{number}",
        "summary": f"Delegations of {one} and {other} met again after months of silence over {matter}. They agreed to "
        f"monitor {deed} together, while donors ask for guarantees and a calendar of inspections.",
        "takeaways": (
            f"{one} and {other} resume negotiations over {matter}.",
            f"Observers will monitor {deed} at the border.",
            f"Donors offer finance if {one} opens its records.",
            "Human rights groups ask for the release of detained journalists.",
        ),
        "annotation": tuple(
            Annotation(id=f"{number}-{name}", label=name, scope=f"For statements on {deed} in {one}.", sources=(name,))
            for name in ORGANISATIONS
        ),
    })  # fmt: skip


def item(number: int) -> tuple[Item, str]:
    """Return an item and its text of ``LENGTH`` characters."""
    one, other, matter, deed = SUBJECTS[number % len(SUBJECTS)]
    sentence = (
        f"The Secretary spoke with the foreign minister of {one} about {matter} and about {deed}, and thanked {other} "
        f"for its part in round {number} of the consultations. They condemned the attacks on civilians, stressed the "
        "importance of regional security and humanitarian assistance, and agreed to stay in close contact. "
    )
    return Item(title=f"Call with the Foreign Minister of {one} ({number})"), (sentence * 4)[:LENGTH]


def rate(articles: int, rounds: int, *, same: bool = False) -> float:
    """Return how many items a CPU second are linked against ``articles`` of four annotations each."""
    linker = Linker([article(number, same=same) for number in range(articles)], 0.5)
    items = [item(0 if same else number) for number in range(ITEMS)]
    sources = frozenset(ORGANISATIONS)
    return median(rounds, ITEMS, lambda: [linker.link(one, text, sources) for one, text in items])


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{ITEMS} items of {LENGTH:,} characters; items per CPU second, medians of {rounds}")
    print(f"against   4 annotations         {rate(1, rounds):9,.0f}")
    print(f"against 100 annotations         {rate(25, rounds):9,.0f}")
    print(f"against 100 annotations, worst  {rate(25, rounds, same=True):9,.0f}")


if __name__ == "__main__":
    main()
