"""The rules of money: the VietQR payload, what a received sum means, which order a bank's notice may be for."""
