"""The blueprint that the view modules of this slice add their pages to, and how a marketplace stands in addresses."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, ValidationError

from market.channels.formats import FORMATS

blueprint = Blueprint("channels", __name__)


class ChannelName(BaseConverter):
    """A marketplace the market can fill files for."""

    def to_python(self, value: str) -> str:
        if value not in FORMATS:
            raise ValidationError
        return value


@blueprint.record_once
def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["san"] = ChannelName
