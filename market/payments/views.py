"""Bank notices, the money page, a stall's account."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)
