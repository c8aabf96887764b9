"""Cards over a Stripe-compatible gateway: the client, the signatures of its calls, and a fake for development."""
