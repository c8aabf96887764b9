"""The blueprint that the view modules of this slice add their pages to, and how a marketplace stands in addresses."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from market.channels.models import Channel

blueprint = Blueprint("channels", __name__)


class ChannelName(BaseConverter):
    """A marketplace the market can fill files for."""

    regex = "|".join(Channel)

    def to_python(self, value: str) -> Channel:
        return Channel(value)

    def to_url(self, value: Channel) -> str:
        return Channel(value).value


@blueprint.record_once
def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["san"] = ChannelName
