"""Tells WebSub hubs which feeds have changed (W3C WebSub, 5; the notification is the one all public hubs take).

Hubs are asked as endpoints are: guarded, through the proxy of the configuration, within a deadline.  A hub
that does not answer costs its subscribers a delay, never the run: failures are returned, not raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from urllib.parse import urlencode

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from aggregator.config.values import FetchSettings
from aggregator.errors import BadStatus, FetchError, Unreachable
from aggregator.fetch.adapter import GuardedAdapter
from aggregator.fetch.deadline import Cutoff, Deadline
from aggregator.fetch.guard import Guard
from aggregator.fetch.hops import reason_shown
from aggregator.fetch.target import endpoint, outgoing
from aggregator.fetch.trouble import agent_field, explained

TIMEOUT = 10.0
"""Seconds for each hub, a second attempt included; less where ``fetch.timeout`` is less."""

_TAKEN = range(200, 300)


def ping(
    hubs: Iterable[str], topics: Sequence[str], settings: FetchSettings, user_agent: str, cutoff: Cutoff | None = None
) -> tuple[str, ...]:
    """Tell every hub that the feeds at ``topics`` have changed; return a sentence for each that did not take it.

    ``cutoff`` ends that: raises ``Stopped``.
    """
    if not topics:
        return ()
    form = urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]).encode()
    failures = []
    with closing(GuardedAdapter(Guard(settings.allow_hosts), settings.proxy, hosts=1, per_host=1)) as adapter:
        for hub in hubs:
            deadline = Deadline(min(TIMEOUT, settings.timeout))
            try:
                with (cutoff or Cutoff()).over(deadline):
                    _tell(adapter, hub, form, user_agent, deadline)
            except FetchError as error:
                failures.append(f"hub {hub}: {error}")
    return tuple(failures)


def _tell(adapter: GuardedAdapter, hub: str, form: bytes, user_agent: str, deadline: Deadline) -> None:
    """Tell one hub, and once more where the connection failed: to be told twice does a hub no harm."""
    prepared = PreparedRequest()
    prepared.method, prepared.url, prepared.body = "POST", outgoing(hub), form
    prepared.headers = CaseInsensitiveDict(
        {
            "User-Agent": agent_field(user_agent),
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(form)),
        }
    )
    try:
        _send(adapter, prepared, deadline)
    except Unreachable:
        _send(adapter, prepared, deadline)


def _send(adapter: GuardedAdapter, prepared: PreparedRequest, deadline: Deadline) -> None:
    host, _ = endpoint(prepared.url or "")
    with deadline.running(), explained(host, deadline), closing(adapter.ask(prepared).raw) as raw:
        if raw.status not in _TAKEN:  # the body, however long, says nothing that is of use: it is not read
            raise BadStatus(raw.status, reason_shown(raw.reason or ""))
