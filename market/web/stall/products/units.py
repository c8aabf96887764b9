"""How pages about goods write units and amounts."""

from market.values.quantity import typed_number, unit
from market.web.stall.blueprint import blueprint

blueprint.add_app_template_filter(typed_number, "so_go")


@blueprint.app_template_filter("don_vi")
def unit_name(code: str) -> str:
    """`mớ` of `mo`."""
    return unit(code).name
