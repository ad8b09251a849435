"""People answer: reviews of what the gate escalated, waivers, disputes, stops; all of it events of the ledger."""
