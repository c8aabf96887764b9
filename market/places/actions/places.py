"""A commune's own data as one file: its hamlets, which of them lie side by side, their old names, pickup points with
their keepers, targets.

The file is what `flask commune export` writes. A hamlet or a pickup point is known by its `id`, so that a renamed one
stays the same; one without `id` is new. Nothing is deleted by leaving it out: what ends says `"is_active": false`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import lock_names, locked
from market.base.errors import Refused
from market.places.actions.hamlets import add_neighbour
from market.places.actions.points import set_windows
from market.places.models import Certainty, Commune, DatedFact, Hamlet, OldPlace, PickupPoint
from market.places.queries.hours import PICKUP
from market.places.queries.neighbours import neighbour_ids
from market.places.rules import FACTS, read_fact
from market.places.rules.hours import read_windows
from market.values.phone import Phone
from market.values.text import slug, sort_key

Item = Mapping[str, object]

HAMLET = {"id", "name", "old_commune", "certainty", "source", "is_active"}
POINT = {
    "id",
    "hamlet",
    "name",
    "address",
    "keeper_name",
    "keeper_phone",
    "opening_hours",
    "is_active",
    "windows",
    "capacity",
}
OLD_PLACE = {"old_name", "old_code", "hamlet", "note"}
FACT = {"key", "value", "valid_from", "valid_to", "source"}
TYPES = {"id": (int, NoneType), "is_active": (bool,), "windows": (list,), "capacity": (int, NoneType)}
"""What a value may be; where nothing is said, a text or none."""
NEIGHBOURS = {"hamlet", "beside"}
PARTS = {"hamlets": HAMLET, "neighbours": NEIGHBOURS, "pickup_points": POINT, "old_places": OLD_PLACE, "facts": FACT}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """The commune whose file is read, and what has changed by now, in words for the operator."""

    session: Session
    commune_id: int
    changed: list[str]

    def change(self, row: Hamlet | PickupPoint | OldPlace | DatedFact, called: str, values: Item) -> None:
        """Bring a row to these values; a new one is told by its name alone."""
        if row.id is None:
            for name, value in values.items():
                setattr(row, name, value)
            self.session.add(row)
            self.session.flush()
            self.changed.append(f"thêm {called}")
            return
        different = [name for name, value in values.items() if getattr(row, name) != value]
        for name in different:
            setattr(row, name, values[name])
        if different:
            self.changed.append(f"sửa {called}: {', '.join(different)}")


def take_places(session: Session, actor: Actor, commune_id: int, file: Item, *, now: datetime) -> list[str]:
    """Bring a commune's places to what a file says of them; returns what changed, in words. Refused, and nothing
    changed, for what the file does not name rightly; NotFound for no such commune."""
    points = select(PickupPoint.id).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
    ids = session.scalars(points.where(Hamlet.commune_id == commune_id)).all()
    lock_names(session, [(PICKUP, point_id) for point_id in ids])
    locked(session, Commune, Commune.id == commune_id)
    taking = _Taking(session=session, commune_id=commune_id, changed=[])
    parts = {part: _items(file, part) for part in PARTS}
    _hamlets(taking, parts["hamlets"])
    _neighbours(taking, parts["neighbours"])
    _pickup_points(taking, parts["pickup_points"])
    _old_places(taking, parts["old_places"])
    _facts(taking, parts["facts"])
    session.flush()
    if taking.changed:
        change = Change(verb="edit_places", subject="commune", subject_id=commune_id, commune_id=commune_id)
        record(session, actor, change, now=now)
    return taking.changed


def _items(file: Item, part: str) -> Sequence[Item]:
    items = file.get(part, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Refused("bad_file", f"“{part}” phải là một danh sách.")
    if strange := {name for item in items for name in item} - PARTS[part]:
        raise Refused("bad_file", f"“{part}” có mục không hiểu: {', '.join(sorted(strange))}.")
    for item in items:
        for name, value in item.items():
            if not isinstance(value, TYPES.get(name, (str, NoneType))):
                raise Refused("bad_file", f"“{part}”: {name} không thể là {value!r}.")
    return cast(list[Item], items)


def _text(item: Item, name: str, part: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refused("bad_file", f"“{part}”: thiếu {name}.")
    return value.strip()


def _hamlets(taking: _Taking, items: Sequence[Item]) -> None:
    for item in items:
        name = _text(item, "name", "hamlets")
        row = _row(taking, Hamlet, item.get("id")) or _hamlet_named(taking, name) or Hamlet()
        if (same := _hamlet_named(taking, name)) and same is not row:
            raise Refused("taken", f"Xã đã có {same.name}.")
        if row.id is not None and row.name != name:
            _remember_name(taking, row)
        values = {"commune_id": taking.commune_id, "name": name, "slug": slug(name), "sort_key": sort_key(name)}
        given = {one: item[one] for one in ("old_commune", "source", "is_active") if one in item}
        if "certainty" in item:
            given["certainty"] = _choice(item["certainty"])
        taking.change(row, name, values | given)


def _choice(value: object) -> Certainty:
    try:
        return Certainty(str(value))
    except ValueError as error:
        raise Refused("bad_file", f"“hamlets”: certainty không có “{value}”.") from error


def _remember_name(taking: _Taking, hamlet: Hamlet) -> None:
    """The name that a hamlet had leads to it from now on: spreadsheets and addresses still say it."""
    known = OldPlace.commune_id == taking.commune_id, OldPlace.old_name == hamlet.name
    if taking.session.scalar(select(OldPlace.id).where(*known)) is None:
        old = {"commune_id": taking.commune_id, "hamlet_id": hamlet.id, "old_name": hamlet.name}
        taking.change(OldPlace(), f"tên cũ {hamlet.name}", old)


def _hamlet_named(taking: _Taking, name: str) -> Hamlet | None:
    which = Hamlet.commune_id == taking.commune_id, Hamlet.slug == slug(name)
    return taking.session.scalar(select(Hamlet).where(*which))


def _neighbours(taking: _Taking, items: Sequence[Item]) -> None:
    for item in items:
        one, other = (_hamlet_of(taking, item, "neighbours", key) for key in ("hamlet", "beside"))
        if one is other:
            raise Refused("bad_file", f"“neighbours”: {one.name} không ở bên cạnh chính nó.")
        if other.id not in neighbour_ids(taking.session, one.id):
            add_neighbour(taking.session, one, other.id)
            taking.changed.append(f"{one.name} bên cạnh {other.name}")


def _hamlet_of(taking: _Taking, item: Item, part: str, key: str = "hamlet") -> Hamlet:
    name = _text(item, key, part)
    hamlet = _hamlet_named(taking, name)
    if hamlet is None:
        raise Refused("bad_file", f"“{part}”: xã không có {name}.")
    return hamlet


def _row(taking: _Taking, model: type[Hamlet], row_id: object) -> Hamlet | None:
    if row_id is None:
        return None
    row = taking.session.get(model, row_id) if isinstance(row_id, int) else None
    if row is None or row.commune_id != taking.commune_id:
        raise Refused("bad_file", f"“hamlets”: xã không có thôn số {row_id}.")
    return row


def _pickup_points(taking: _Taking, items: Sequence[Item]) -> None:
    part = "pickup_points"
    for item in items:
        hamlet, name = _hamlet_of(taking, item, part), _text(item, "name", part)
        values = {"hamlet_id": hamlet.id, "name": name}
        values |= {one: _text(item, one, part) for one in ("keeper_name", "opening_hours")}
        values["keeper_phone"] = _phone(_text(item, "keeper_phone", part), name)
        values |= {one: item[one] for one in ("address", "is_active", "capacity") if one in item}
        point = _point(taking, item, hamlet, name)
        taking.change(point, name, values)
        if "windows" in item:
            _windows(taking, point, name, cast(list[object], item["windows"]))


def _windows(taking: _Taking, point: PickupPoint, name: str, items: Sequence[object]) -> None:
    """Its hours by weekday (0: Monday), each `[2, "16:00–18:00"]`."""
    try:
        windows = [one for day, hours in cast(Sequence[tuple[int, str]], items) for one in read_windows(day, hours)]
    except (TypeError, ValueError) as error:
        raise Refused("bad_file", f"“pickup_points”: giờ mở của {name}: {error}") from error
    if sorted(one.value for one in point.windows) != sorted(windows):
        set_windows(taking.session, point, windows)
        taking.changed.append(f"sửa {name}: windows")


def _phone(text: str, whose: str) -> Phone:
    try:
        return Phone(text)
    except ValueError as error:
        raise Refused("bad_file", f"Số điện thoại của {whose}: {error}") from error


def _point(taking: _Taking, item: Item, hamlet: Hamlet, name: str) -> PickupPoint:
    here = select(PickupPoint).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
    here = here.where(Hamlet.commune_id == taking.commune_id)
    if item.get("id") is not None:
        row = taking.session.scalar(here.where(PickupPoint.id == item["id"]))
        if row is None:
            raise Refused("bad_file", f"“pickup_points”: xã không có điểm nhận số {item['id']}.")
        return row
    return taking.session.scalar(here.where(Hamlet.id == hamlet.id, PickupPoint.name == name)) or PickupPoint()


def _old_places(taking: _Taking, items: Sequence[Item]) -> None:
    for item in items:
        name, code = _text(item, "old_name", "old_places"), item.get("old_code")
        which = OldPlace.commune_id == taking.commune_id, OldPlace.old_name == name
        row = taking.session.scalar(select(OldPlace).where(*which, OldPlace.old_code.is_not_distinct_from(code)))
        hamlet_id = _hamlet_of(taking, item, "old_places").id if item.get("hamlet") else None
        values = {"commune_id": taking.commune_id, "hamlet_id": hamlet_id, "old_name": name, "old_code": code}
        taking.change(row or OldPlace(), f"tên cũ {name}", values | ({"note": item["note"]} if "note" in item else {}))


def _facts(taking: _Taking, items: Sequence[Item]) -> None:
    for item in items:
        key, day = _text(item, "key", "facts"), _day(_text(item, "valid_from", "facts"))
        which = DatedFact.commune_id == taking.commune_id, DatedFact.key == key, DatedFact.valid_from == day
        values = {"commune_id": taking.commune_id, "key": key, "valid_from": day}
        values |= {one: _text(item, one, "facts") for one in ("value", "source")}
        if key in FACTS:
            values["value"] = _value(key, str(values["value"]))
        values["valid_to"] = _day(item["valid_to"]) if item.get("valid_to") else None
        taking.change(taking.session.scalar(select(DatedFact).where(*which)) or DatedFact(), key, values)


def _value(key: str, text: str) -> str:
    try:
        return read_fact(key, text)
    except Refused as error:
        raise Refused("bad_file", f"“facts”: {key}: {error.sentence}") from error


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Refused("bad_file", f"“facts”: ngày viết như 2026-01-31, không phải “{text}”.") from error
