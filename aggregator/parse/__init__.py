"""Bytes to raw items: what the source said, untouched."""
