"""Brings documents over HTTP, guarded, capped and conditional, or from a capture."""
