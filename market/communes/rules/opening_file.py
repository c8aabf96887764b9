"""The one file by which a commune is opened, in TOML: what it must look like, and at which line it does not.

Every fault of a file is told at once, each with its line.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from market.base.errors import Refused
from market.communes.rules.rollout import read_outline
from market.places.rules import FACTS, bare_name, check_code, check_email, check_host, check_letters, read_fact
from market.places.rules.hours import read_windows
from market.values.phone import Phone

Item = Mapping[str, object]

COMMUNE = "commune"
COMMUNE_KEYS = (
    *("code", "name", "province_code", "province_name", "letters", "host"),
    *("office_name", "office_phone", "office_address", "office_email", "welcome", "complaints", "own_rules"),
)
NEEDED = ("code", "name", "province_code", "province_name", "letters")
LISTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hamlets": (("name",), ("source", "old_commune", "old_names", "outline", "on_from", "on_source")),
    "neighbours": (("hamlet", "beside"), ()),
    "pickup_points": (
        ("hamlet", "name", "keeper_name", "keeper_phone", "opening_hours"),
        ("address", "capacity", "windows"),
    ),
    "facts": (("key", "value", "valid_from", "source"), ()),
    "officers": (("name",), ("paper",)),
}
"""The lists of a file: what each item must say, and what it may."""
_HEAD = re.compile(r"\s*\[(\[?)\s*([A-Za-z_]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
_SYNTAX = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """What is wrong, at which line of which file (0: of the whole)."""

    line: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFile:
    """What a file says, by its names; empty where it has faults."""

    commune: Item
    lists: Mapping[str, Sequence[Item]]
    faults: Sequence[FileFault]


class _Lines:
    """At which line of a text a key of a section stands, by its name and its place among those of that name."""

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        section, place = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if head := _HEAD.match(line):
                section = head[2]
                place = counts.get(section, 0)
                counts[section] = place + 1
                self._at[section, place, ""] = number
            elif key := _KEY.match(line):
                self._at.setdefault((section, place, key[1]), number)

    def of(self, section: str, place: int, key: str = "") -> int:
        return self._at.get((section, place, key)) or self._at.get((section, place, ""), 0)


def read_opening_file(text: str) -> OpeningFile:
    """What a file says, or everything that is wrong with it."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _SYNTAX.search(str(error))
        says = 'Dòng này không viết đúng lối TOML (tên = "giá trị", mỗi mục một dòng).'
        return OpeningFile(commune={}, lists={}, faults=[FileFault(int(at[1]) if at else 0, says)])
    lines = _Lines(text)
    shape = list(_shape(found, lines))
    commune, lists = item_of(found.get(COMMUNE)), {name: items_of(found.get(name)) for name in LISTS}
    faults = shape or [*_commune(commune, lines), *_lists(lists, lines)]
    return OpeningFile(commune=commune, lists=lists, faults=sorted(faults))


def item_of(value: object) -> Item:
    """A table of TOML; empty for anything else."""
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def items_of(value: object) -> list[Item]:
    """A list of tables; what else stands in it is left out."""
    return [item_of(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(item: Item, key: str) -> str:
    """What an item says under a key, as text without blanks around it; empty where it says nothing."""
    return str(item.get(key, "")).strip()


def texts_of(item: Item, key: str) -> list[str]:
    value = item.get(key)
    return [str(one) for one in value] if isinstance(value, list) else []


def _shape(found: Item, lines: _Lines) -> Iterator[FileFault]:
    """Whether every part is one that is known, and of the right kind."""
    if not isinstance(found.get(COMMUNE), dict):
        yield FileFault(0, "Thiếu phần [commune].")
        return
    for name in sorted(found.keys() - {COMMUNE, *LISTS}):
        yield FileFault(lines.of(name, 0) or lines.of("", 0, name), f"Không có phần nào tên “{name}”.")
    commune = item_of(found[COMMUNE])
    yield from _strange(COMMUNE, 0, commune, COMMUNE_KEYS, lines)
    for name, (needed, more) in LISTS.items():
        items = found.get(name, [])
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            yield FileFault(lines.of(name, 0), f"Phần “{name}” viết như [[{name}]], mỗi mục một lần.")
            continue
        for place, item in enumerate(items_of(items)):
            yield from _strange(name, place, item, (*needed, *more), lines)
            yield from _missing(name, place, item, needed, lines)
    yield from _missing(COMMUNE, 0, commune, NEEDED, lines)


def _strange(section: str, place: int, item: Item, known: Sequence[str], lines: _Lines) -> Iterator[FileFault]:
    for key, value in item.items():
        line = lines.of(section, place, key)
        if key not in known:
            yield FileFault(line, f"Không có mục nào tên “{key}” ở đây.")
        elif not isinstance(value, _TYPES.get(key, (str,))):
            yield FileFault(line, f"“{key}” không viết như vậy; xem tệp mẫu docs/commune.example.toml.")


_TYPES: Mapping[str, tuple[type, ...]] = {
    "old_names": (list,),
    "windows": (list,),
    "capacity": (int,),
    "on_from": (date, str),
    "valid_from": (date, str),
    "value": (str, int),
}


def _missing(section: str, place: int, item: Item, needed: Sequence[str], lines: _Lines) -> Iterator[FileFault]:
    for key in needed:
        if not text_of(item, key):
            yield FileFault(lines.of(section, place), f"Thiếu “{key}”.")


# --- values -----------------------------------------------------------------------------------------------------------


def day_of(text: str) -> date:
    """A day as TOML writes it; ValueError for none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"Ngày viết như 2026-12-01, không phải “{text}”.") from error


def _commune(item: Item, lines: _Lines) -> Iterator[FileFault]:
    checks: Mapping[str, Callable[[str], object]] = {
        "code": check_code,
        "letters": check_letters,
        "host": check_host,
        "office_email": check_email,
        "office_phone": Phone,
    }
    for key, check in checks.items():
        if said := text_of(item, key):
            yield from _told(check, said, lines.of(COMMUNE, 0, key))


def _told(check: Callable[[str], object], value: str, line: int) -> Iterator[FileFault]:
    try:
        check(value)
    except (Refused, ValueError) as error:
        yield FileFault(line, str(error))


def _lists(lists: Mapping[str, Sequence[Item]], lines: _Lines) -> Iterator[FileFault]:
    names: dict[str, int] = {}
    for place, item in enumerate(lists["hamlets"]):
        yield from _hamlet(item, place, names, lines)
    for place, item in enumerate(lists["neighbours"]):
        for key in ("hamlet", "beside"):
            yield from _known(item, key, names, lines.of("neighbours", place, key))
        if bare_name(text_of(item, "hamlet")) == bare_name(text_of(item, "beside")):
            yield FileFault(lines.of("neighbours", place, "beside"), "Một thôn không ở bên cạnh chính nó.")
    for place, item in enumerate(lists["pickup_points"]):
        yield from _known(item, "hamlet", names, lines.of("pickup_points", place, "hamlet"))
        yield from _told(Phone, text_of(item, "keeper_phone"), lines.of("pickup_points", place, "keeper_phone"))
        yield from _windows(item.get("windows"), lines.of("pickup_points", place, "windows"))
    for place, item in enumerate(lists["facts"]):
        yield from _fact(item, place, lines)


def _hamlet(item: Item, place: int, names: dict[str, int], lines: _Lines) -> Iterator[FileFault]:
    bare, line = bare_name(text_of(item, "name")), lines.of("hamlets", place, "name")
    if not bare:
        yield FileFault(line, "Mời viết cả tên thôn, như “thôn Mỗ Đoạn”.")
    elif bare in names:
        yield FileFault(line, f"“{text_of(item, 'name')}” đã có ở dòng {names[bare]}: bảng tính không phân biệt được.")
    names.setdefault(bare, line)
    if "outline" in item:
        yield from _told(read_outline, text_of(item, "outline"), lines.of("hamlets", place, "outline"))
    if "on_from" in item:
        yield from _told(day_of, text_of(item, "on_from"), lines.of("hamlets", place, "on_from"))
        if not text_of(item, "on_source"):
            yield FileFault(lines.of("hamlets", place, "on_from"), "Bật chợ ở thôn thì ghi on_source: quyết định nào.")


def _known(item: Item, key: str, names: Mapping[str, int], line: int) -> Iterator[FileFault]:
    said = text_of(item, key)
    if bare_name(said) not in names:
        yield FileFault(line, f"Tệp không có thôn “{said}” ở phần [[hamlets]].")


def _windows(value: object, line: int) -> Iterator[FileFault]:
    for one in value if isinstance(value, list) else ():
        if not isinstance(one, list) or len(one) != 2 or not isinstance(one[0], int):
            yield FileFault(line, 'Giờ mở viết như [[2, "16:00-18:00"]]: 0 là thứ Hai.')
            return
        yield from _told(partial(read_windows, one[0]), str(one[1]), line)


def _fact(item: Item, place: int, lines: _Lines) -> Iterator[FileFault]:
    key, line = text_of(item, "key"), lines.of("facts", place, "key")
    if key not in FACTS:
        yield FileFault(line, f"Không có số nào tên “{key}”.")
        return
    yield from _told(partial(read_fact, key), text_of(item, "value"), lines.of("facts", place, "value"))
    yield from _told(day_of, text_of(item, "valid_from"), lines.of("facts", place, "valid_from"))
