"""How a marketplace stands in addresses."""

from werkzeug.routing import BaseConverter

from market.channels.models import Channel


class ChannelName(BaseConverter):
    """A marketplace the market can fill files for."""

    regex = "|".join(Channel)

    def to_python(self, value: str) -> Channel:
        return Channel(value)

    def to_url(self, value: Channel) -> str:
        return Channel(value).value


CONVERTERS: dict[str, type[BaseConverter]] = {"san": ChannelName}
