"""How a marketplace stands in addresses."""

from werkzeug.routing import BaseConverter, ValidationError

from market.channels.formats import FORMATS


class ChannelName(BaseConverter):
    """A marketplace the market can fill files for."""

    def to_python(self, value: str) -> str:
        if value not in FORMATS:
            raise ValidationError
        return value


CONVERTERS: dict[str, type[BaseConverter]] = {"san": ChannelName}
