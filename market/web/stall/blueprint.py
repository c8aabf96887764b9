"""The blueprint of every page of this front end."""

from flask import Blueprint

blueprint = Blueprint("stall", __name__)
