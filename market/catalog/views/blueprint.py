"""The blueprint that the view modules of this slice add their pages to, and how its pages write units."""

from flask import Blueprint

from market.catalog.forms import typed_number
from market.values.quantity import unit

blueprint = Blueprint("catalog", __name__)
blueprint.add_app_template_filter(typed_number, "so_go")


@blueprint.app_template_filter("don_vi")
def unit_name(code: str) -> str:
    """`mớ` of `mo`."""
    return unit(code).name
