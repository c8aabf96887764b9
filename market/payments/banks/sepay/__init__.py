"""SePay: how its notices are signed and read, what it asks of a seller, and a fake of it for tests."""
