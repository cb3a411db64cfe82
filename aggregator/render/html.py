"""Pages through Jinja2: what is shown comes in as text, and every template escapes it.

The templates and style sheets are read as this package's own data, like its code: nothing of the world.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aggregator.render.page_values import ArticleView, IndexView, Page

if TYPE_CHECKING:
    from aggregator.render.status_page import StatusView


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("aggregator.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def source(name: str) -> str:
    """Return a file of ``templates`` as it is."""
    environment = _environment()
    if environment.loader is None:  # only for the type: it was given above
        raise LookupError(name)
    return environment.loader.get_source(environment, name)[0]


@cache
def _style(*names: str) -> tuple[Markup, str]:
    """Return these style sheets as one, and its digest as a Content Security Policy names it (CSP 3, 2.3.1)."""
    style = "".join(map(source, names))
    return Markup(style), b64encode(sha256(style.encode()).digest()).decode()  # noqa: S704 - a file of ours


def render(page: Page, view: ArticleView | IndexView, site: str, base: str) -> bytes:
    """Return the page in UTF-8; what other pages take in, in ASCII, which is the same in whatever they are written.

    ``site``: its name.  ``base``: where the output folder is served, for what must work elsewhere too; the pages' own
    links are relative.
    """
    style, digest = _style("page.css")
    words = (
        _environment()
        .get_template(page.template)
        .render(
            page=page,
            view=view,
            site=site,
            base=base,
            root="../" * page.path.count("/"),
            style=style,
            digest=digest,
        )
    )
    return words.encode("ascii", "xmlcharrefreplace") if page.fragment else words.encode()


def status(view: StatusView, site: str) -> bytes:
    """Return the page for operators in UTF-8, which is served by the program itself and stands in no folder."""
    style, digest = _style("page.css", "status.css")
    template = _environment().get_template("status.html")
    return template.render(view=view, site=site, root="", style=style, digest=digest).encode()
