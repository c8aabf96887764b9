"""What people tell the commune, and what it tells of them, as pure rules: tickets, ideas, stories."""
