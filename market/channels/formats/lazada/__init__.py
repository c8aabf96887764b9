"""Lazada: how its templates for new products are read and filled."""
