"""Witnesses: their folder, their server, and asking one over HTTP."""
