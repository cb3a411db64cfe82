"""Puts outputs where they are served from."""
