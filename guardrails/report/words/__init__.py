"""The report in words: its parts as sections of a document."""
