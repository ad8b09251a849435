"""What the world sees: thin, independent of each other, deciding nothing."""
