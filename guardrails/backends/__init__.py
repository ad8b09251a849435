"""Implementations of the ports: document readers, Rego engines, the SQLite store, the worker pool."""
