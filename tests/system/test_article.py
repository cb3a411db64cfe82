"""``article import`` as editors know it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.demo.run import _captures
from tests.conftest import CHECKOUT
from tests.system.project import Answer

if TYPE_CHECKING:
    from tests.system.project import Project, Site

ARTICLE = CHECKOUT / "tests/data/article"
URL = "https://blog.example/summit/"


@pytest.fixture
def shipped(project: Project) -> Project:
    """Return a project with the shipped sources."""
    shutil.copy(CHECKOUT / "config/sources.toml", project.root / "config/sources.toml")
    return project


def written(project: Project, id_: str) -> Any:  # noqa: ANN401 - TOML
    return tomllib.loads((project.root / f"config/articles/{id_}.toml").read_text(encoding="utf-8"))


def test_the_summit_article_goes_from_its_text_to_its_feed(shipped: Project, corpus: Path) -> None:
    text = corpus / "articles/summit.txt"
    done = shipped.run("article", "import", str(text), "--url", URL, "--id", "summit")
    assert (done.status, done.err) == (0, "")
    assert done.out.count("\n  bound ") == 4
    told = written(shipped, "summit")
    assert (told["url"], told["text"], len(told["takeaways"])) == (URL, "summit.txt", 5)
    assert [(one["id"], one["sources"]) for one in told["annotation"]] == [
        ("state", ["state"]),
        ("white-house", ["white-house"]),
        ("un", ["un", "un-press", "un-secretary-general"]),
        ("nato", ["nato", "nato-transcripts"]),
    ]
    by_hand = tomllib.loads((CHECKOUT / "config/articles/summit.toml").read_text(encoding="utf-8"))
    for key in ("title", "summary", "takeaways", "annotation"):
        assert told[key] == by_hand[key], key
    assert (shipped.root / "config/articles/summit.txt").read_bytes() == text.read_bytes()
    assert "1 article with 4 annotations; no problem found" in shipped.call("check").out
    with _captures() as captures:
        assert shipped.call("run", "--replay", str(captures[0])).status == 0
    assert (shipped.root / "feeds/articles/summit/linked.atom").exists()
    assert len(shipped.feed("articles/summit/linked")["items"]) > 3


def test_a_page_is_fetched_read_and_kept(shipped: Project, site: Site) -> None:
    page = (ARTICLE / "wordpress_classic_bold_names_in_paragraphs.html").read_bytes()
    site.answers["/post"] = Answer(page, headers={"Content-Type": "text/html; charset=utf-8"})
    sources = (shipped.root / "config/sources.toml").read_text(encoding="utf-8")
    shipped.source(allow=site.host)
    shipped.write("sources.toml", sources)
    done = shipped.call("article", "import", site.url("/post"))
    assert done.status == 0
    id_ = "grain-mines-and-a-narrow-channel-reopening-the-black-sea-ports"
    told = written(shipped, id_)
    assert told["url"] == "https://harbour-review.example/2025/09/grain-mines-and-a-narrow-channel/"
    assert str(told["published"]) == "2025-09-14"  # as its own site counts days
    assert [one["id"] for one in told["annotation"]] == ["nato", "un"]
    assert (shipped.root / f"config/articles/{id_}.html").read_bytes() == page
    assert "unbound     International Maritime Organization (IMO): written as a comment" in done.out
    assert "aggregator sources add URL" in done.out
    text = (shipped.root / f"config/articles/{id_}.toml").read_text(encoding="utf-8")
    assert '# label = "International Maritime Organization (IMO)"\n' in text
    assert shipped.call("check").status == 0
    # what is left open is filled in by taking the marks away
    at = text.index("# [[annotation]]")
    filled = text[:at] + text[at:].replace("# sources = []", 'sources = ["iaea"]', 1).replace("# ", "", 4)
    shipped.write(f"articles/{id_}.toml", filled)
    assert written(shipped, id_)["annotation"][0]["sources"] == ["iaea"]
    assert shipped.call("check").status == 0


def test_nothing_is_overwritten_unless_that_is_wanted(shipped: Project) -> None:
    origin = str(ARTICLE / "markdown_yaml_front_matter.md")
    arguments = ("article", "import", origin, "--id", "drones")
    assert shipped.call(*arguments).status == 0
    file = shipped.root / "config/articles/drones.toml"
    before = file.read_bytes()
    file.write_bytes(before + b"# mine\n")
    done = shipped.call(*arguments)
    assert (done.status, "--force" in done.err) == (2, True)
    assert file.read_bytes().endswith(b"# mine\n")
    assert shipped.call(*arguments, "--force").status == 0
    assert file.read_bytes() == before
    file.unlink()
    file.with_suffix(".md").write_text("# My own words")
    assert shipped.call(*arguments).status == 2
    assert file.with_suffix(".md").read_text() == "# My own words"


def test_a_dry_run_prints_the_file_and_writes_nothing(shipped: Project) -> None:
    origin = str(ARTICLE / "ghost_json_ld_and_links_alone.html")
    done = shipped.call("article", "import", origin, "--dry-run", "--url", URL)
    assert done.status == 0
    told = tomllib.loads(done.out)
    assert (told["url"], str(told["published"])) == (URL, "2025-10-12")
    assert [one["sources"] for one in told["annotation"]] == [
        ["un-secretary-general"],
        ["white-house"],
        ["kremlin-news", "kremlin-transcripts"],
    ]
    assert "switched off" in done.err
    assert list((shipped.root / "config/articles").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["plain.txt"], "give the address with --url", 2),
        (["plain.txt", "--url", "blog.example"], "expected an absolute URL", 2),
        (["plain.txt", "--url", URL, "--id", "No Id"], "an id has 1 to 64", 2),
        (["nowhere.txt", "--url", URL], "cannot be read: No such file", 2),
        (["large.txt", "--url", URL], "larger than fetch.max_bytes", 2),
        (["http://127.0.0.1:9/x"], "error: ", 1),
        (["https://"], "expected an absolute URL", 2),
        (["empty.html", "--url", URL], "no article: no title found", 1),
        (["paper.pdf", "--url", URL], "no article: the file is not HTML, Markdown or plain text", 1),
        (["title.html", "--url", URL], "no article: a title, and no text below it", 1),
    ],
)
def test_what_cannot_be_imported_says_why_and_writes_nothing(
    shipped: Project, arguments: list[str], message: str, status: int
) -> None:
    (shipped.root / "plain.txt").write_text("Talks\n\nThey met, and they spoke.\n")
    (shipped.root / "large.txt").write_text("x" * 10_000_001)
    (shipped.root / "empty.html").write_text("<html></html>")
    (shipped.root / "paper.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<</Type /Catalog>>\n")
    (shipped.root / "title.html").write_text("<title>Talks</title><h1>Talks</h1>")
    done = shipped.call("article", "import", *arguments)
    assert (done.status, message in done.err) == (status, True), done.err
    assert list((shipped.root / "config/articles").iterdir()) == []


def test_into_a_wrong_configuration_nothing_is_written(shipped: Project) -> None:
    shipped.write("articles/old.toml", 'title = "Old"\n')
    (shipped.root / "plain.txt").write_text("Talks\n\nThey met, and they spoke.\n")
    done = shipped.call("article", "import", "plain.txt", "--url", URL)
    assert (done.status, "config/articles/old.toml:1: url: missing" in done.err) == (2, True)
    assert [file.name for file in (shipped.root / "config/articles").iterdir()] == ["old.toml"]
