"""The commune office's pages."""

from flask import Blueprint

blueprint = Blueprint("office", __name__)
