"""The replaying fetcher: answers from a WARC file (ISO 28500) and from nothing else.

The redirect loop, the statuses and the byte cap are those of live fetches.  There is no network, hence no
guard for addresses and no deadline.  Keeps an index in memory, bodies on disk.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from aggregator.config.values import FetchSettings
from aggregator.errors import AddressRefused, BadResponse, FetchError, Unreachable
from aggregator.fetch.body import PIECE, PREFIX, beginning, collect
from aggregator.fetch.hops import REDIRECTS, Answer, follow
from aggregator.fetch.target import endpoint, outgoing
from aggregator.model import Request, Response

_OK = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a response record begins, and when it was captured."""

    offset: int
    captured: datetime | None


class ReplayFetcher:
    """Answers from the capture at ``path``, plain or with a gzip member a record.  Safe to call from several threads.

    Of several response records of a URL the last in the file serves.  Raises ``BadResponse`` when the file
    is not a readable WARC.
    """

    newest: datetime
    """The newest WARC-Date of any record: the clock of a replayed run."""

    def __init__(self, path: Path, settings: FetchSettings) -> None:
        self._path = path
        self._unreadable = f"{path}: the capture cannot be read: "
        self._cap = settings.max_bytes
        self._places: dict[str, _Place] = {}
        dates: list[datetime] = []
        with self._records() as records:
            for record in records:
                date = _date(record.rec_headers.get_header("WARC-Date"))
                if date is not None:
                    dates.append(date)
                url = _answered_url(record)
                records.read_to_end()
                if getattr(record.raw_stream, "limit", 0):
                    raise BadResponse(self._unreadable + "it ends in the middle of a record")
                if url is not None:
                    self._places[url] = _Place(records.get_record_offset(), date)
        if not dates:
            raise BadResponse(self._unreadable + "it holds no record with a date")
        self.newest = max(dates)

    def fetch(self, request: Request) -> Response:
        """Return the captured answer to ``request``, redirects followed in the capture, validators ignored.

        Raises ``Unreachable`` for a URL that is not in the capture, else what a live fetch raises.
        """
        return follow(replace(request, etag=None, last_modified=None), self._answer)

    def _answer(self, url: str, conditions: Mapping[str, str]) -> Answer:
        del conditions
        place = self._places.get(url)
        if place is None:
            msg = f"{url}: not in the capture {self._path}"
            raise Unreachable(msg, captured=False)
        with self._records(place.offset) as records:
            record = next(records)
            headers = _fields(record.http_headers.headers)
            status, _, reason = record.http_headers.statusline.partition(" ")
            body = _body(record.raw_stream, headers, int(status), self._cap, endpoint(url)[0])
        return Answer(int(status), reason.strip(), headers, body, place.captured or self.newest)

    @contextmanager
    def _records(self, offset: int = 0) -> Iterator[Any]:
        """Open the file at ``offset``; the value iterates over the records from there on."""
        try:
            with self._path.open("rb") as file:
                file.seek(offset)
                yield WARCIterator(file)
        except ArchiveLoadFailed as error:
            gzipped = "non-chunked gzip" in str(error)
            why = "its records are not gzipped one by one" if gzipped else "it is not a WARC file"
            raise BadResponse(self._unreadable + why) from error
        except OSError as error:
            raise BadResponse(self._unreadable + (error.strerror or str(error))) from error
        except (EOFError, StopIteration, ValueError, zlib.error) as error:
            raise BadResponse(self._unreadable + "a record is damaged") from error


def _answered_url(record: Any) -> str | None:  # noqa: ANN401 - warcio ships no types
    """Return the URL that ``record`` holds an HTTP answer of, as it is asked for; None for any other record."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    if not record.http_headers.get_statuscode().isdecimal():
        return None
    try:
        return outgoing(record.rec_headers.get_header("WARC-Target-URI") or "")
    except AddressRefused:
        return None  # dns: and the like


def _date(value: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _fields(fields: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in fields:
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return joined


def _body(stream: Any, headers: Mapping[str, str], status: int, cap: int, host: str) -> bytes:  # noqa: ANN401 - warcio ships no types
    """Return the record's body without chunks and decoded; of an error the beginning, as far as it can be read.

    Tools that write captures often keep the header fields of the wire with a body that is decoded already:
    what is labelled chunked or compressed, and visibly is not, is taken as it is.
    """
    if status in REDIRECTS:
        return b""
    if headers.get("transfer-encoding", "").strip().lower() == "chunked":
        stream = ChunkedDataReader(stream)
    encoding = headers.get("content-encoding", "")
    first: bytes = stream.read(PIECE)
    if "gzip" in encoding.lower() and not first.startswith(b"\x1f\x8b"):
        encoding = ""
    if status == _OK:
        return collect(_chunks(first, stream), encoding, cap, host)
    try:
        return beginning(_chunks(first, stream), encoding, PREFIX, host)
    except FetchError:
        return b""  # the status is the answer, as in a live run


def _chunks(first: bytes, stream: Any) -> Iterator[bytes]:  # noqa: ANN401 - warcio ships no types
    chunk = first
    while chunk:
        yield chunk
        chunk = stream.read(PIECE)
