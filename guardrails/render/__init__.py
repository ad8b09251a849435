"""Published forms: one module per output format; whatever leaves the package is written here, key by key."""
