"""What people call the categories of the goods tree, each with a picture (`kind_names.json`). The tree keeps the legal
names of the OCOP sets, which offices, exports and papers say."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("kind_names.json")
ANY_GOODS = "gio-hang"
"""The picture of what has none of its own."""


class KindWords(NamedTuple):
    """A category as people call it, and the picture of it in `img/kinds.svg`."""

    name: str
    picture: str


def kind_words(code: str, legal_name: str) -> KindWords:
    """A category's words by its code; its name in the tree where people's is not known."""
    return _known().get(code) or KindWords(legal_name, ANY_GOODS)


@cache
def _known() -> dict[str, KindWords]:
    return {code: KindWords(**words) for code, words in json.loads(_FILE.read_text("utf-8")).items()}
