"""The values that flow through the pipeline, by the stage that makes them.

All are frozen: a stage makes new values, it never changes what it was given.  ``None`` always means
"the source did not say", never "empty".  All datetimes are aware and in UTC.
"""

from aggregator.model.documents import (
    Document,
    Enclosure,
    FullText,
    Markup,
    Outline,
    RawItem,
    Request,
    Response,
    Rest,
    Walk,
)
from aggregator.model.effort import Asked, Effort
from aggregator.model.entries import Entry, Scope
from aggregator.model.health import Cadence, Episode, Shape
from aggregator.model.items import Anchor, Item, Link, Moment, Precision, Verdict
from aggregator.model.pulse import Pulse
from aggregator.model.rhythm import Hints, Rhythm
from aggregator.model.secrets import without_secrets
from aggregator.model.states import EndpointState, Planned, Setback, Site, SourceState, Trouble
from aggregator.model.updates import Change, ItemUpdate, Known, Outcome, Sighting, StoredItem, Update
from aggregator.model.upkeep import Ages, Maintained, Swept

__all__ = [
    "Ages",
    "Anchor",
    "Asked",
    "Cadence",
    "Change",
    "Document",
    "Effort",
    "Enclosure",
    "EndpointState",
    "Entry",
    "Episode",
    "FullText",
    "Hints",
    "Item",
    "ItemUpdate",
    "Known",
    "Link",
    "Maintained",
    "Markup",
    "Moment",
    "Outcome",
    "Outline",
    "Planned",
    "Precision",
    "Pulse",
    "RawItem",
    "Request",
    "Response",
    "Rest",
    "Rhythm",
    "Scope",
    "Setback",
    "Shape",
    "Sighting",
    "Site",
    "SourceState",
    "StoredItem",
    "Swept",
    "Trouble",
    "Update",
    "Verdict",
    "Walk",
    "without_secrets",
]
