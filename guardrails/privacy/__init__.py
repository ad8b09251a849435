"""What the ledger holds about people: finding it, giving it out, erasing it, keeping it no longer than said."""
