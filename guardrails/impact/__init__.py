"""What rules cost and what they are worth: figures folded from the ledger's records."""
