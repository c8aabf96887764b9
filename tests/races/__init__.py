"""Every pair of moves of an aggregate at once, on PostgreSQL."""
