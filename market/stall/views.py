"""Seller and helper pages that compose."""

from flask import Blueprint

blueprint = Blueprint("stall", __name__)
