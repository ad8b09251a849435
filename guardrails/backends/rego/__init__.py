"""Rego engines: regopy in this process, or a real OPA server."""
