"""Entries to the bytes of feeds; the same entries always give the same bytes."""
