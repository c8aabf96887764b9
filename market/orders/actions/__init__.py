"""What happens to carts and orders."""
