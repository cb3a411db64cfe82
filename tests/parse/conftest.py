"""What the tests of ``parse`` share: reading bytes as the answer of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from aggregator.config.endpoints import Endpoint
from aggregator.model import Document, Response
from aggregator.parse import parse

URL = "https://source.example/feed"


@pytest.fixture(scope="session")
def read() -> Callable[..., Document]:
    """Return a function that reads ``body``; settings are the endpoint's, ``content_type`` the answer's."""

    def read_as(body: bytes | str, content_type: str = "", **settings: Any) -> Document:  # noqa: ANN401 - as in TOML
        endpoint: Endpoint = TypeAdapter(Endpoint).validate_python({"kind": "feed", "url": URL, **settings})
        headers = {"content-type": content_type} if content_type else {}
        return parse(endpoint, Response(URL, 200, headers, body if isinstance(body, bytes) else body.encode()))

    return read_as
