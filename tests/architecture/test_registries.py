"""Banks' feeds and marketplaces are named in their own folders and on their registry's line, and nowhere else."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from market.adoption.queries.platforms import WITHOUT_FILES
from market.channels.formats import FORMATS
from market.payments.banks import PROVIDERS
from tests.architecture.sources import MARKET, ROOT

REGISTRIES = (MARKET / "payments" / "banks", MARKET / "channels" / "formats")
READMES = (ROOT / "README.md", ROOT / "README.vi.md")


def names() -> set[str]:
    """Names and labels of all that are registered. Senders are not among them: people write by text message too, and
    pages say so."""
    known = [*PROVIDERS.values(), *FORMATS.values()]
    return {word for one in known if one.name not in WITHOUT_FILES for word in (one.name, one.label)}


def texts() -> Iterator[Path]:
    """What the product says and does: its code, pages and scripts, and how its commands are called."""
    for kind in ("py", "html", "js"):
        yield from (path for path in MARKET.rglob(f"*.{kind}") if not path.is_relative_to(MARKET / "static" / "vendor"))
    yield from READMES


def named_elsewhere(words: Iterable[str], paths: Iterable[Path]) -> list[str]:
    """Files outside the registries that name one of these, in any case."""
    naming = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    outside = (path for path in paths if not any(path.is_relative_to(folder) for folder in REGISTRIES))
    return sorted(str(path) for path in outside if naming.search(path.read_text("utf-8")))


def test_what_is_registered_is_named_nowhere_else() -> None:
    assert named_elsewhere(names(), texts()) == []


def test_a_name_elsewhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "products.html"
    page.write_text("<p>Mẫu của shopee.</p>")
    assert named_elsewhere(names(), [page, *texts()]) == [str(page)]
