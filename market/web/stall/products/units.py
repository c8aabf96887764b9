"""How pages about goods write units and amounts."""

from market.catalog.rules import usual_units
from market.values.quantity import typed_number, unit
from market.web.stall.blueprint import blueprint

blueprint.add_app_template_filter(typed_number, "so_go")


@blueprint.app_template_global("usual_units")
def usual_units_text() -> str:
    """`rau muống=mo;…`: what js/units.js finds a unit by."""
    return ";".join(f"{word}={code}" for word, code in usual_units().items())


@blueprint.app_template_filter("don_vi")
def unit_name(code: str) -> str:
    """`mớ` of `mo`."""
    return unit(code).name
