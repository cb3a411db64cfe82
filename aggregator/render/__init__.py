"""Entries to the bytes of feeds; the same entries always give the same bytes.

``feeds`` says which feeds there are; a ``Renderer`` turns the entries of each into its bytes, in every format:

::

    resolve     model.Entry -> values.FeedEntry: names, addresses and ids put in, policy applied
    | atom, rss     through feedgen, completed by ``extension``
    | jsonfeed
    | webannotation
    moving      the addresses of an archive that was written for another base_url

``pages`` says which pages there are; a ``PageRenderer`` fills and renders them, with the same names and addresses:

::

    page_view   model.Entry -> page_values: dates in words, excerpts
    | html      through the templates

``health`` and ``status`` tell the operator how the sources do; nothing of that is ever among the entries.
"""

from __future__ import annotations

from aggregator.render.answering import health_line
from aggregator.render.page_values import PAGE_FILES, UNLINKED
from aggregator.render.pages import PageRenderer, page_file, pages, shown
from aggregator.render.renderer import EVERY_EXTENSION, EXTENSIONS, RENDERER_VERSION, SUBSCRIPTIONS, Renderer
from aggregator.render.select import ARCHIVES, archive_path, feeds, web_annotations
from aggregator.render.status import status
from aggregator.render.values import FeedPlan

__all__ = [
    "ARCHIVES",
    "EVERY_EXTENSION",
    "EXTENSIONS",
    "PAGE_FILES",
    "RENDERER_VERSION",
    "SUBSCRIPTIONS",
    "UNLINKED",
    "FeedPlan",
    "PageRenderer",
    "Renderer",
    "archive_path",
    "feeds",
    "health_line",
    "page_file",
    "pages",
    "shown",
    "status",
    "web_annotations",
]
