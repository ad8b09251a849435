"""Findings to a decision: the effective context, the facts Rego sees, the port of its engines, the words for it."""
