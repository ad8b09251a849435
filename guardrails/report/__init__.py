"""The compliance report: what a ledger and a workspace show an auditor, and what they do not."""
