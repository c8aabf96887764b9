"""Questions about carts and orders."""
