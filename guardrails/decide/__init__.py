"""Findings to decision: the effective context, the Rego input, the port of the engine, and words for people."""
