"""A stall's listings, and the pictures of them."""

from flask import Blueprint

blueprint = Blueprint("catalog", __name__)
