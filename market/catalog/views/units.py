"""How pages about goods write units and amounts."""

from market.catalog.views.blueprint import blueprint
from market.values.quantity import typed_number, unit

blueprint.add_app_template_filter(typed_number, "so_go")


@blueprint.app_template_filter("don_vi")
def unit_name(code: str) -> str:
    """`mớ` of `mo`."""
    return unit(code).name
