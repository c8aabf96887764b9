"""No source of the market holds what is one commune's: its name, its office's, its province's, its letters, its phone.
A second commune would show them. They are rows; the first commune's are in seeds/."""

import re
import tomllib
from collections.abc import Iterator

from tests.architecture.sources import MARKET, ROOT

EXAMPLES = {
    "communes/actions/opening.py": "the name that an office has where none is said",
    "places/cli.py": "the operator's help and the name that an office has where none is said",
    "places/rules/__init__.py": "the operator's examples of a code and a host",
    "seeding/actions/history.py": "the demonstration, whose commune is the first",
    "seeding/actions/register.py": "the demonstration's papers",
    "sellers/rules/reserved_names.json": "names that no stall may have, of any commune",
    "templates/shop/parts/parts.html": "the parts on show where the market is developed",
}
"""Where they may stand, and why."""


def facts() -> dict[str, re.Pattern[str]]:
    """What a commune's own facts look like in a source."""
    commune = tomllib.loads((ROOT / "seeds" / "commune.toml").read_text("utf-8"))["commune"]
    place = commune["name"].removeprefix("xã ")
    words = {
        "name": place,
        "province": commune["province_name"].removeprefix("thành phố "),
        "code": rf"\b{commune['code']}\b",
        "office": commune["office_name"].removesuffix(commune["name"]).strip(),
        "phone": commune["office_phone"],
        "letters": rf"\b{commune['letters']}(?=\b|[0-9])",
    }
    return {fact: re.compile(text) for fact, text in words.items()}


def named() -> Iterator[tuple[str, str]]:
    for path in sorted(MARKET.rglob("*")):
        if path.suffix in {".py", ".html", ".js", ".json", ".svg"} and "vendor" not in path.parts:
            text = path.read_text("utf-8")
            yield from ((str(path.relative_to(MARKET)), fact) for fact, found in facts().items() if found.search(text))


def test_no_source_of_the_market_names_one_commune() -> None:
    found = set(named())
    assert {(path, fact) for path, fact in found if path not in EXAMPLES} == set()
    assert EXAMPLES.keys() - {path for path, _ in found} == set(), "these hold none by now"
