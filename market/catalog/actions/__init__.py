"""What happens to what stalls sell."""
