"""Questions about what stalls sell."""
