"""The blueprint that the view modules of this slice add their addresses to."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
