"""The gateway's form encoding: `metadata[order]=…`, `payment_method_types[0]=card`."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, quote_plus

Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
Params = Mapping[str, Value]


def encode(params: Params) -> bytes:
    pairs = (pair for name, value in params.items() for pair in _pairs(name, value))
    return "&".join(f"{quote_plus(name, safe='[]')}={quote_plus(value)}" for name, value in pairs).encode()


def _pairs(name: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int):
        yield name, str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(f"{name}[{key}]", inner)
    else:
        for at, inner in enumerate(value):
            yield from _pairs(f"{name}[{at}]", inner)


def decode(body: bytes) -> dict[str, str]:
    """The pairs as they were sent, names flat: what the fake reads."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
