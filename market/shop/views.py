"""Buyer pages."""

from flask import Blueprint

blueprint = Blueprint("shop", __name__)
