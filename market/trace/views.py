"""Lots, their journal, stamps, and the page a stamp opens."""

from flask import Blueprint

blueprint = Blueprint("trace", __name__)
