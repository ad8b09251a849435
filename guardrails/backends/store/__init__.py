"""Where records and keys lie: SQLite files."""
