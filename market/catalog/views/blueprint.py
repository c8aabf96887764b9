"""The blueprint that the view modules of this slice add their pages to, and how its pages write units."""

from flask import Blueprint

from market.base.config import MEGABYTE
from market.values.quantity import typed_number, unit

PHOTOS_SENT = 48 * MEGABYTE
"""No phone's picture is larger: one too heavy to be kept still reaches its form, which keeps what was typed."""

blueprint = Blueprint("catalog", __name__)
blueprint.add_app_template_filter(typed_number, "so_go")


@blueprint.app_template_filter("don_vi")
def unit_name(code: str) -> str:
    """`mớ` of `mo`."""
    return unit(code).name
