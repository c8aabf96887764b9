"""Pages of a business: claim, settings, mandates; and who may open what."""

from flask import Blueprint

blueprint = Blueprint("sellers", __name__)
