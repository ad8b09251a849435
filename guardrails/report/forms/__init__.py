"""The forms of a report: HTML (the master), text, PDF, OSCAL and CSV."""
