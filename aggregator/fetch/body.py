"""Bodies: decoded, and never larger than the cap, whatever was sent.

Compressed data is inflated piece by piece, so a bomb costs one piece beyond the cap, not what it would
unfold to.  Used for live answers and for those of a capture alike.  Does not decode characters.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from aggregator.errors import BadResponse, ResponseTooLarge

ACCEPTED = "gzip, deflate"
"""The codings that can be decoded in bounded memory with what Python brings along."""
PIECE = 65_536
"""Octets read or inflated at a time."""
PREFIX = 65_536
"""Octets of the body of an answer that is an error: enough to tell who gave it, and why."""
_CODINGS = 3
"""A body encoded twice does exist in the wild; more is an attack."""
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f"


def collect(chunks: Iterable[bytes], encoding: str, cap: int, host: str) -> bytes:
    """Return the body whose octets are ``chunks``, decoded as ``encoding`` (Content-Encoding) says.

    Raises ``ResponseTooLarge`` over ``cap`` octets, ``BadResponse`` for what is not in its encoding.
    """
    # Compression never lengthens by more than a part in a thousand: more raw octets can only be junk.
    pieces: Iterator[bytes] = _capped(chunks, cap + cap // 64 + 1_024, cap, host)
    for coding in reversed(_codings(encoding, host)):
        pieces = _inflated(pieces, coding, host)
    body = BytesIO()
    for piece in _capped(pieces, cap, cap, host):
        body.write(piece)
    return body.getvalue()


def beginning(chunks: Iterable[bytes], encoding: str, size: int, host: str) -> bytes:
    """Return the first ``size`` octets of the body, decoded; what comes after them is not even read.

    Raises ``BadResponse`` for what is not in its encoding.
    """
    pieces: Iterator[bytes] = iter(chunks)
    for coding in reversed(_codings(encoding, host)):
        pieces = _inflated(pieces, coding, host)
    body = b""
    for piece in pieces:
        body += piece
        if len(body) >= size:
            break
    return body[:size]


def _capped(chunks: Iterable[bytes], limit: int, cap: int, host: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_large(cap, host)
        yield chunk


def too_large(cap: int, host: str) -> ResponseTooLarge:
    """Return the error for a body over ``cap`` octets."""
    return ResponseTooLarge(f"{host}: the answer is larger than {cap} bytes (fetch.max_bytes)")


def _codings(encoding: str, host: str) -> list[str]:
    codings = [coding for part in encoding.lower().split(",") if (coding := part.strip()) not in {"", "identity"}]
    unknown = [coding for coding in codings if coding not in {"gzip", "x-gzip", "deflate"}]
    if unknown or len(codings) > _CODINGS:
        msg = f"{host}: the answer is encoded as {', '.join(unknown or codings)}, which was not asked for"
        raise BadResponse(msg)
    return codings


def _inflated(chunks: Iterator[bytes], coding: str, host: str) -> Iterator[bytes]:
    """Yield what ``chunks`` unfold to, in pieces of at most ``PIECE`` octets."""
    head = next(chunks, b"")
    while len(head) < 2 and (more := next(chunks, b"")):  # noqa: PLR2004 - the two octets of a zlib header
        head += more
    if not head:
        return  # nothing at all: an empty body, however it is labelled
    decoder = zlib.decompressobj(wbits := _window(coding, head))
    data = head
    try:
        while True:
            piece = decoder.decompress(data, PIECE)
            if piece:
                yield piece
            if decoder.eof:
                data = decoder.unused_data or next(chunks, b"")
                if wbits != _GZIP or data[:1] != _GZIP_MAGIC:
                    break
                decoder = zlib.decompressobj(wbits)  # RFC 1952, 2.2: members follow each other
                continue
            data = decoder.unconsumed_tail
            if not data and len(piece) < PIECE and not (data := next(chunks, b"")):
                msg = f"{host}: the {coding} data of the answer ends early"
                raise BadResponse(msg)
    except zlib.error:
        msg = f"{host}: the answer is not {coding} data, as its header says"
        raise BadResponse(msg) from None
    for _ in chunks:
        pass  # padding, read so that the cap and the length that the header gives are held against it


def _window(coding: str, head: bytes) -> int:
    """Return zlib's ``wbits``.  "deflate" means zlib data (RFC 9110, 8.4.1.2); some servers send it bare."""
    if coding != "deflate":
        return _GZIP
    zlib_header = len(head) > 1 and head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS
