"""Makes an article's reference list live: official statements in, cleaned, linked, republished as feeds."""

from __future__ import annotations

__version__ = "0.1.0"
