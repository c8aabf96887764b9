"""Questions about places: the commune of a host, its hamlets, their old names."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date
from typing import cast as as_type

from sqlalchemy import BindParameter, ScalarSelect, Text, bindparam, case, cast, func, literal_column, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from market.base.config import Settings
from market.base.errors import NotFound
from market.base.loopback import is_loopback
from market.base.seen import Facts
from market.places.models import Commune, DatedFact, Hamlet, HamletNeighbour, OldPlace, PickupPoint
from market.places.rules.hours import windows_words
from market.values.quiet import QuietHours, QuietRule, parse_hours


class UnknownHost(NotFound):
    """No commune's market is at the host that was asked for; 421: RFC 9110, 15.5.20 (Misdirected Request)."""

    status = 421


INVENTED = "+84900000"
NO_MARKET = (
    "Địa chỉ này không phải chợ của xã nào. Mời xem lại từng chữ của địa chỉ, như ghi trên tem, biên nhận hay tin nhắn "
    "bạn đã nhận, hoặc gọi cán bộ xã để hỏi."
)


def commune_at(session: Session, settings: Settings, host: str) -> Commune:
    """The commune whose host this is. One that has none answers at the settings' own address and, where it is the only
    commune, at every host that they trust. UnknownHost for any other."""
    here = or_(Commune.host == host, Commune.host.is_(None))
    communes = session.scalars(select(Commune).where(here).order_by(Commune.host.is_(None)).limit(2)).all()
    if communes and communes[0].host == host:
        return communes[0]
    if len(communes) != 1 or not _answers_without_host(session, settings, host):
        raise UnknownHost(NO_MARKET)
    return communes[0]


def _answers_without_host(session: Session, settings: Settings, host: str) -> bool:
    if host == settings.own_host or (is_loopback(host) and not settings.is_production):
        return True
    return settings.trusts(host) and session.scalar(select(func.count()).select_from(Commune)) == 1


def commune_of(session: Session, settings: Settings) -> Commune:
    """The commune that commands are about where they name none: that of the settings' own address, else the only one.
    NotFound where there is none, or which of several is not told."""
    try:
        return commune_at(session, settings, settings.own_host)
    except UnknownHost as error:
        communes = all_communes(session)
        if len(communes) == 1:
            return communes[0]
        if not communes:
            raise NotFound(f"Chưa có xã nào ở {settings.base_url}.") from error
        codes = ", ".join(commune.code for commune in communes[:10])
        raise NotFound(f"Chợ này có {len(communes)} xã, mời ghi --commune với một mã: {codes}.") from error


def commune_named(session: Session, settings: Settings, code: str | None) -> Commune:
    """The commune with this official code; without one as `commune_of`. NotFound for none."""
    if code is None:
        return commune_of(session, settings)
    commune = session.scalar(select(Commune).where(Commune.code == code))
    if commune is None:
        raise NotFound(f"Chưa có xã nào mang mã {code} trên chợ này.")
    return commune


def all_communes(session: Session) -> Sequence[Commune]:
    """In the order in which they came."""
    return session.scalars(select(Commune).order_by(Commune.id)).all()


def commune_with_id(session: Session, commune_id: int) -> Commune:
    return session.get_one(Commune, commune_id)


def commune_facts(commune: Commune) -> Facts:
    """What a commune says of itself, all of which its office's form brings."""
    said = {
        "tên xã": commune.name,
        "tên phòng": commune.office_name,
        "điện thoại": commune.office_phone.national if commune.office_phone else None,
        "địa chỉ": commune.office_address,
        "thư điện tử": commune.office_email,
        "lời chào": commune.welcome,
        "nơi nhận phản ánh": commune.complaints,
        "quy định riêng": commune.own_rules,
    }
    return {called: text or "để trống" for called, text in said.items()}


def hamlets_of(session: Session, commune_id: int) -> Sequence[Hamlet]:
    """The active hamlets, in Vietnamese order."""
    query = select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.is_active).order_by(Hamlet.sort_key)
    return session.scalars(query).all()


def old_places_of(session: Session, commune_id: int) -> Sequence[OldPlace]:
    """The old names still in use, in no order, and the hamlet each now means, where that can be told."""
    return session.scalars(select(OldPlace).where(OldPlace.commune_id == commune_id)).all()


def hamlet_names(session: Session, commune_id: int) -> dict[int, str]:
    """Every hamlet's name by id, in Vietnamese order; also those no longer in use."""
    query = select(Hamlet.id, Hamlet.name).where(Hamlet.commune_id == commune_id).order_by(Hamlet.sort_key)
    return {row.id: row.name for row in session.execute(query)}


def hamlet_with_id(session: Session, commune_id: int, hamlet_id: int) -> Hamlet:
    """A hamlet of a commune, in use or not; NotFound for another's."""
    hamlet = session.get(Hamlet, hamlet_id)
    if hamlet is None or hamlet.commune_id != commune_id:
        raise NotFound
    return hamlet


def hamlet_of_today(session: Session, hamlet_id: int) -> int:
    """The hamlet of which this one is a part now: itself, unless it was merged."""
    into = session.scalar(select(Hamlet.merged_into).where(Hamlet.id == hamlet_id))
    return into or hamlet_id


def merged_hamlets(session: Session, commune_id: int) -> Sequence[Hamlet]:
    """The hamlets that are a part of another now, in Vietnamese order."""
    query = select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.merged_into.is_not(None))
    return session.scalars(query.order_by(Hamlet.sort_key)).all()


def hamlet_facts(hamlet: Hamlet) -> Facts:
    return {"tên thôn": hamlet.name, "căn cứ": hamlet.source or "chưa ghi"}


def old_names_of(session: Session, hamlet_id: int) -> Sequence[OldPlace]:
    """The old names that lead to a hamlet, at most fifty."""
    query = select(OldPlace).where(OldPlace.hamlet_id == hamlet_id).order_by(OldPlace.old_name, OldPlace.id)
    return session.scalars(query.limit(50)).all()


def points_of(session: Session, commune_id: int, *, first: int, most: int) -> Sequence[PickupPoint]:
    """A commune's pickup points, those in use first, hamlet by hamlet: from the `first` on, at most so many."""
    here = select(PickupPoint).join(PickupPoint.hamlet).where(Hamlet.commune_id == commune_id)
    in_order = here.order_by(PickupPoint.is_active.desc(), Hamlet.sort_key, PickupPoint.id)
    return session.scalars(
        in_order.options(contains_eager(PickupPoint.hamlet), selectinload(PickupPoint.windows))
        .offset(first)
        .limit(most)
    ).all()


def point_with_id(session: Session, commune_id: int, point_id: int) -> PickupPoint:
    """A pickup point of a commune, in use or not; NotFound for another's."""
    point = session.get(PickupPoint, point_id, options=[joinedload(PickupPoint.hamlet)])
    if point is None or point.hamlet.commune_id != commune_id:
        raise NotFound
    return point


def point_facts(point: PickupPoint) -> Facts:
    return {
        "thôn": point.hamlet.name,
        "tên điểm": point.name,
        "địa chỉ": point.address or "để trống",
        "người giữ": point.keeper_name,
        "điện thoại": point.keeper_phone.national,
        "giờ mở": point.opening_hours,
        "buổi mở": point.opening_days or "không chia buổi",
        "mỗi buổi nhận": f"{point.capacity} đơn" if point.capacity else "không giới hạn",
    }


def facts_of(session: Session, commune_id: int, keys: Collection[str]) -> Sequence[DatedFact]:
    """What a commune and the country set under these names, the latest day of each first, at most thirty of each."""
    whose = or_(DatedFact.commune_id == commune_id, DatedFact.commune_id.is_(None))
    order = DatedFact.valid_from.desc(), DatedFact.id.desc()
    place = func.row_number().over(partition_by=DatedFact.key, order_by=order).label("place")
    some = select(DatedFact.id, place).where(DatedFact.key.in_(keys), whose).subquery()
    query = select(DatedFact).join(some, some.c.id == DatedFact.id).where(some.c.place <= 30)
    return session.scalars(query.order_by(DatedFact.key, *order)).all()


def invented_keepers(session: Session) -> Sequence[str]:
    """The active pickup points whose keeper's phone is of the demonstration: nobody has a number like that."""
    invented = cast(PickupPoint.keeper_phone, Text).like(f"{INVENTED}%")
    return session.scalars(
        select(PickupPoint.name).where(invented, PickupPoint.is_active).order_by(PickupPoint.id)
    ).all()


def places_of(session: Session, commune_id: int) -> dict[str, list[dict[str, object]]]:
    """A commune's own data by the names of a file that `actions.take_places` reads."""
    hamlets = session.scalars(select(Hamlet).where(Hamlet.commune_id == commune_id).order_by(Hamlet.id)).all()
    names = {hamlet.id: hamlet.name for hamlet in hamlets}
    points = session.scalars(select(PickupPoint).where(PickupPoint.hamlet_id.in_(names)).order_by(PickupPoint.id))
    neighbours = select(HamletNeighbour).order_by(HamletNeighbour.id)
    facts = select(DatedFact).where(DatedFact.commune_id == commune_id).order_by(DatedFact.key, DatedFact.valid_from)
    return {
        "hamlets": [_said(one, "id", "name", "old_commune", "certainty", "source", "is_active") for one in hamlets],
        "neighbours": [
            {"hamlet": names[one.hamlet_id], "beside": names[one.neighbour_id]}
            for one in session.scalars(neighbours.where(HamletNeighbour.commune_id == commune_id))
        ],
        "pickup_points": [
            {"hamlet": names[one.hamlet_id]}
            | _said(
                one, "id", "name", "address", "keeper_name", "keeper_phone", "opening_hours", "is_active", "capacity"
            )
            | {"windows": _week(one)}
            for one in points
        ],
        "old_places": [
            {"hamlet": names.get(one.hamlet_id or 0)} | _said(one, "old_name", "old_code", "note")
            for one in old_places_of(session, commune_id)
        ],
        "facts": [_said(one, "key", "value", "valid_from", "valid_to", "source") for one in session.scalars(facts)],
    }


def number_on(session: Session, commune_id: int, key: str, day: date) -> tuple[int, date] | None:
    """What a number of `rules.FACTS` is on a day, and since when: the commune's own before the country's, the newest
    first; None where nobody has set it."""
    found = _said_on(session, commune_id, key, day)
    return (int(found[0]), found[1]) if found and found[0].isdigit() else None


def fact_on(session: Session, commune_id: int, key: str, day: date) -> str | None:
    """What a dated fact says on a day: a commune's own before the country's, then the latest; None where none does."""
    found = _said_on(session, commune_id, key, day)
    return found[0] if found else None


_COMMUNE: BindParameter[int] = bindparam("commune_id")
_DAY: BindParameter[date] = bindparam("day")
_IN_FORCE = (
    or_(DatedFact.commune_id == _COMMUNE, DatedFact.commune_id.is_(None)),
    DatedFact.valid_from <= _DAY,
    or_(DatedFact.valid_to.is_(None), DatedFact.valid_to >= _DAY),
)
_FIRST = DatedFact.commune_id.is_(None), DatedFact.valid_from.desc(), DatedFact.id.desc()


def _said_on(session: Session, commune_id: int, key: str, day: date) -> tuple[str, date] | None:
    query = select(DatedFact.value, DatedFact.valid_from).where(DatedFact.key == key, *_IN_FORCE)
    asked = {"commune_id": commune_id, "day": day}
    row = session.execute(query.order_by(*_FIRST).limit(1), asked).one_or_none()
    return (row.value, row.valid_from) if row else None


def fact_column(key: str) -> ScalarSelect[str | None]:
    """What `fact_on` finds, as a column of a statement that asks for more; `commune_id` and `day` are to be given."""
    return select(DatedFact.value).where(DatedFact.key == key, *_IN_FORCE).order_by(*_FIRST).limit(1).scalar_subquery()


QUIET_HOURS = "quiet_hours"
_QUIET_ROW = (
    case((DatedFact.commune_id.is_(None), "0"), else_="1")
    + ","
    + DatedFact.value
    + ","
    + cast(DatedFact.valid_from, Text)
    + ","
    + func.coalesce(cast(DatedFact.valid_to, Text), "")
)
QUIET_ROWS = (
    select(func.aggregate_strings(_QUIET_ROW, as_type(str, literal_column("';'"))))
    .where(
        DatedFact.key == QUIET_HOURS,
        or_(DatedFact.commune_id == bindparam("commune_id"), DatedFact.commune_id.is_(None)),
    )
    .scalar_subquery()
)
"""A commune's rows of quiet hours as one text, for `read_quiet_hours`: a column of a statement that asks for more, so
that a check-out takes none for them. `commune_id` is to be given."""
_QUIET = select(QUIET_ROWS)


def quiet_hours(session: Session, commune_id: int) -> QuietHours:
    """The hours in which no clock of a commune runs: its own rules and the country's."""
    return read_quiet_hours(session.connection().scalar(_QUIET, {"commune_id": commune_id}))


def read_quiet_hours(rows: str | None) -> QuietHours:
    """What `QUIET_ROWS` brought. A row that cannot be read is no rule (`flask doctor` tells of it)."""
    rules = []
    for row in rows.split(";") if rows else ():
        with suppress(ValueError):
            own, hours, first, last = row.split(",")
            begins, ends = parse_hours(hours)
            rule = QuietRule(
                begins=begins,
                ends=ends,
                valid_from=date.fromisoformat(first),
                valid_to=date.fromisoformat(last) if last else None,
                is_own=own == "1",
            )
            rules.append(rule)
    return QuietHours(rules=rules)


def unread_quiet_hours(session: Session) -> list[str]:
    """What stands for quiet hours and cannot be read as such."""
    return [
        text
        for text in session.scalars(select(DatedFact.value).where(DatedFact.key == QUIET_HOURS))
        if not _is_read(text)
    ]


def _is_read(text: str) -> bool:
    try:
        return bool(parse_hours(text))
    except ValueError:
        return False


def _week(point: PickupPoint) -> list[list[object]]:
    windows = [one.value for one in point.windows]
    return [[day, hours] for day in range(7) if (hours := windows_words(windows, day))]


def _said(row: Hamlet | PickupPoint | OldPlace | DatedFact, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def commune_ids(session: Session) -> Sequence[int]:
    return session.scalars(select(Commune.id).order_by(Commune.id)).all()
