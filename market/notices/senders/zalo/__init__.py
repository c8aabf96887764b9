"""Zalo: messages of an Official Account by a template that Zalo has approved (ZNS), to phones that have Zalo."""
