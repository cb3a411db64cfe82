"""Keeps items, versions, links and the state of sources."""
