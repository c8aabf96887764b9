"""SePay: how its notices are signed and read, how it is asked itself, what it wants of a seller, and fakes of both."""
