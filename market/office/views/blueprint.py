"""The blueprint that the view modules of this slice add their pages to."""

from flask import Blueprint

blueprint = Blueprint("office", __name__)
