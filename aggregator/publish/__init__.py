"""Puts outputs where they are served from."""

from __future__ import annotations

from aggregator.publish.files import FileSink

__all__ = ["FileSink"]
