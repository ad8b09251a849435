"""Signals and candidates to findings: what is due, running it, scope, waivers, fixes; ``kinds/`` holds the rule kinds."""
