"""What people tell the commune, what it answers, and what it tells of them."""
