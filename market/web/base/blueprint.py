"""The blueprint that carries what every page shares; it has no page."""

from flask import Blueprint

blueprint = Blueprint("base", __name__)
