"""payOS: how its notices are signed and read, what it wants of a seller, and a fake that sends them."""
