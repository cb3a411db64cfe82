"""Writes a run's exchanges to a WARC file (ISO 28500), from which they can be replayed.

Bodies are stored decoded, so that any reader understands them.  Does not decide what is fetched.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from aggregator.errors import FetchError
from aggregator.fetch.hops import Answer
from aggregator.fetch.target import escaped

_FRAMING = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})
"""Header fields that speak of octets on the wire, which are not what is stored."""


class Recorder:
    """A capture being written.  Safe to call from several threads.

    The file appears under its name when ``commit`` is called, replacing one that is there; until then, and
    for good if the run dies, what was written is in a file beside it whose name ends in ``.part``.  Every
    record is a gzip member of its own unless the name ends in ``.warc``.  Raises ``FetchError`` when the
    file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._lock = threading.Lock()
        self._empty = True
        try:
            self._file = self._part.open("wb")
        except OSError as error:
            raise self._unwritable(error) from error
        self._writer = WARCWriter(self._file, gzip=path.suffix != ".warc")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.commit()
        else:
            self.discard()

    def write(self, url: str, asked: Mapping[str, str], answer: Answer) -> None:
        """Write the exchange: ``url``, the request's header fields, and the answer with its body decoded."""
        date = {"WARC-Date": f"{answer.received:%Y-%m-%dT%H:%M:%SZ}"}
        fields = [(name, value) for name, value in answer.headers.items() if name not in _FRAMING and name.isascii()]
        fields.append(("content-length", str(len(answer.body))))
        if location := answer.headers.get("location"):  # warcio escapes in its own way, which leads elsewhere
            fields = [(name, escaped(location) if name == "location" else value) for name, value in fields]
        reason = answer.reason.encode("ascii", "replace").decode("ascii")
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with self._lock:
            try:
                response = self._writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(answer.body),
                    length=len(answer.body),
                    http_headers=StatusAndHeaders(f"{answer.status} {reason}", fields, protocol="HTTP/1.1"),
                    warc_headers_dict=date,
                )
                request = self._writer.create_warc_record(
                    url,
                    "request",
                    http_headers=StatusAndHeaders(
                        f"GET {path} HTTP/1.1", [("Host", parts.netloc), *asked.items()], is_http_request=True
                    ),
                    warc_headers_dict=date,
                )
                self._writer.write_request_response_pair(request, response)
                self._empty = False
            except OSError as error:
                raise self._unwritable(error) from error

    def commit(self) -> None:
        """Give the file its name; where nothing was written, leave what is there under that name."""
        if self._file.closed:
            return
        if self._empty:
            self.discard()
            return
        try:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._part.replace(self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return self._empty

    def discard(self) -> None:
        """Throw away what was written; a file of that name stays as it was."""
        if not self._file.closed:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> FetchError:
        return FetchError(f"{self._path}: the capture cannot be written: {error.strerror or error}")
