"""Records, their Merkle log, their keys: what was decided, provable later, readable only by whoever holds the keys."""
