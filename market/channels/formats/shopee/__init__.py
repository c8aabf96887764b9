"""Shopee: how its mass-upload templates are read and filled."""
