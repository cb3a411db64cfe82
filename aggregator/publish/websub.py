"""Tells WebSub hubs which feeds have changed (W3C WebSub, 5; the notification is the one all public hubs take).

A hub that does not answer costs its subscribers a delay, never the run: failures are returned, not raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

TIMEOUT = 10.0
"""Seconds for each hub to begin its answer."""


def ping(hubs: Iterable[str], topics: Sequence[str], user_agent: str) -> tuple[str, ...]:
    """Tell every hub that the feeds at ``topics`` have changed; return a sentence for each that did not take it."""
    if not topics:
        return ()
    import requests  # noqa: PLC0415 - most sites name no hub

    failures = []
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = user_agent
        for hub in hubs:
            form = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]
            try:
                answer = session.post(hub, data=form, timeout=TIMEOUT, allow_redirects=False)
            except requests.RequestException as error:
                failures.append(f"hub {hub}: {type(error).__name__}: {error}")
                continue
            if not answer.ok:
                failures.append(f"hub {hub}: HTTP {answer.status_code} {answer.reason}")
    return tuple(failures)
