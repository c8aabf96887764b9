"""Casso: how its notices (webhook v2) are signed and read, what it wants of a seller, and a fake that sends them."""
