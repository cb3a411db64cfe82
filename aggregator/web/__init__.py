"""Serves what is published."""
