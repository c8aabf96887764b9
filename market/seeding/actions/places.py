"""Loads what any installation needs: the commune with its places, the goods tree, the facts in force. Twice is once.

What is there already is left as the commune has it by now; `differences` says where the tables say otherwise. Once a
commune has said anything of its own itself (a hamlet's name, a keeper, a target), the tables fill nothing of that kind
beside it: they never decide what somebody decided.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Event
from market.base.errors import Refused
from market.catalog.models import Category
from market.places.actions.communes import WORDS
from market.places.actions.modes import NewMode, first_mode
from market.places.models import Certainty, Commune, DatedFact, Hamlet, ModeSource, OldPlace, PickupPoint
from market.places.rules.modes import CommuneMode, Registration
from market.seeding.files import Row, Seeds
from market.values.period import format_date
from market.values.phone import Phone
from market.values.text import slug, sort_key

DEMO_AGE = timedelta(days=400)
"""So far back go the demonstration's orders, at most."""


def load_places(session: Session, seeds: Seeds, *, with_demo: bool) -> int:
    """Enter whatever of the places, categories and facts is not there yet, invented keepers and phones only with the
    demonstration; returns the commune's id.

    Refused where the commune would be a second one (its code was corrected on one side, or it needs a host), and where
    a hamlet seems to have another name in the tables: it would become two.
    """
    commune_id = _commune(session, seeds.commune(), now=seeds.now, with_demo=with_demo)
    _refuse_renamed(session, commune_id, seeds)
    hamlets = _hamlets(session, commune_id, seeds)
    _old_places(session, commune_id, hamlets, seeds)
    _pickup_points(session, commune_id, hamlets, seeds, with_demo=with_demo)
    _categories(session, seeds)
    _facts(session, commune_id, seeds)
    return commune_id


def _commune(session: Session, row: Row, *, now: datetime, with_demo: bool) -> int:
    known = session.scalar(select(Commune.id).where(Commune.code == row.text("code")))
    if known:
        return known
    _refuse_second(session, row)
    commune = Commune(
        code=row.text("code"),
        name=row.text("name"),
        province_code=row.text("province_code"),
        province_name=row.text("province_name"),
        office_name=row.text("office_name"),
        office_phone=row.phone("office_phone") if with_demo or not row.flag("is_office_phone_demo") else None,
        **_words(row),
        letters=row.text("letters"),
        host=row.maybe("host"),
    )
    session.add(commune)
    session.flush()
    _begin_mode(session, commune, row, now=now, with_demo=with_demo)
    return commune.id


def _begin_mode(session: Session, commune: Commune, row: Row, *, now: datetime, with_demo: bool) -> None:
    """A commune begins with goods and contacts alone; the demonstration's with what the table says, registered there
    under a number that is made up, and so for as long as its orders go back."""
    new = NewMode(mode=CommuneMode.SHOWCASE, source=ModeSource.OPERATOR)
    if with_demo:
        registration = Registration(
            operator=row.text("operator_name"),
            number=row.text("registration_no"),
            day=row.day("registration_on"),
            is_made_up=True,
        )
        new = NewMode(
            mode=CommuneMode(row.text("mode")),
            source=ModeSource.DEMO,
            registration=registration,
            begins_at=now - DEMO_AGE,
        )
    first_mode(session, Actor(), commune, new, now=now)


def _words(row: Row) -> dict[str, str | None]:
    """What the table has the commune say of itself; one of an earlier version says nothing."""
    return {name: row.cells.get(name) or None for name in WORDS}


def _refuse_second(session: Session, row: Row) -> None:
    """A corrected code must not make a commune without anything in it beside the one that has everything."""
    there = session.scalars(select(Commune).order_by(Commune.id)).first()
    if there is None:
        return
    raise Refused(
        "second_commune",
        f"seeds/ ghi xã {row.text('name')} mã {row.text('code')}, chợ đang có {there.name} mã {there.code}. "
        f"Chưa nạp gì. Nếu là một xã, sửa mã: flask --app wsgi commune edit {there.code} --code {row.text('code')}. "
        "Nếu là xã nữa, thêm bằng: flask --app wsgi commune add.",
    )


def _refuse_renamed(session: Session, commune_id: int, seeds: Seeds) -> None:
    there = session.scalars(select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.is_active)).all()
    named = {slug(row.text("name")): row.text("name") for row in seeds.table("hamlets")}
    known = _known_hamlets(session, commune_id)
    meant = {known[one] for one in named if one in known}
    new = named.keys() - known.keys()
    besides = [hamlet.name for hamlet in there if hamlet.id not in meant]
    if new and besides:
        raise Refused(
            "renamed_hamlet",
            f"seeds/ có {', '.join(sorted(named[one] for one in new))} mà chợ chưa có, chợ có {', '.join(besides)} mà "
            "seeds/ không ghi. Chưa nạp gì. Nếu là đổi tên: flask --app wsgi commune export MÃ, sửa tên trong tệp, rồi "
            "commune edit MÃ --from TỆP; tên cũ vẫn dẫn tới thôn ấy.",
        )


def hamlet_slug(key: str) -> str:
    """The slug of the hamlet a table names by its key."""
    return slug(f"thôn {key}")


def _known_hamlets(session: Session, commune_id: int) -> dict[str, int]:
    """The hamlets of today by the slug of every name by which the commune knows one: those that were renamed or merged
    under the names they had."""
    here = session.scalars(select(Hamlet).where(Hamlet.commune_id == commune_id)).all()
    old = select(OldPlace.old_name, OldPlace.hamlet_id).where(OldPlace.commune_id == commune_id)
    led = {slug(name): hamlet_id for name, hamlet_id in session.execute(old) if hamlet_id is not None}
    return led | {hamlet.slug: hamlet.merged_into or hamlet.id for hamlet in here}


def _hamlets(session: Session, commune_id: int, seeds: Seeds) -> dict[str, int]:
    """The hamlets' ids by the tables' keys."""
    known = _known_hamlets(session, commune_id)
    ids = {}
    for row in seeds.table("hamlets"):
        key, name = row.text("key"), row.text("name")
        if slug(name) not in known:
            hamlet = Hamlet(
                commune_id=commune_id,
                name=name,
                slug=slug(name),
                sort_key=sort_key(name),
                old_commune=row.maybe("old_commune"),
                certainty=Certainty(row.text("certainty")),
                source=row.maybe("source"),
            )
            session.add(hamlet)
            session.flush()
            known[hamlet.slug] = hamlet.id
        ids[key] = known[slug(name)]
    return ids


def _old_places(session: Session, commune_id: int, hamlets: dict[str, int], seeds: Seeds) -> None:
    known = set(session.scalars(select(OldPlace.old_name).where(OldPlace.commune_id == commune_id)))
    for row in seeds.table("old_communes"):
        if row.text("old_name") not in known:
            place = OldPlace(
                commune_id=commune_id,
                hamlet_id=hamlets.get(row.text("hamlet")),
                old_name=row.text("old_name"),
                old_code=row.maybe("old_code"),
                note=row.maybe("note"),
            )
            session.add(place)


def _has_said(session: Session, commune_id: int, subject: str) -> bool:
    """Whether the commune's office, or its operator by a file, has said anything of this kind."""
    about = or_(Event.subject == subject, Event.verb == "edit_places")
    return session.scalar(select(Event.id).where(Event.commune_id == commune_id, about).limit(1)) is not None


def _pickup_points(
    session: Session, commune_id: int, hamlets: dict[str, int], seeds: Seeds, *, with_demo: bool
) -> None:
    known = set(session.execute(select(PickupPoint.hamlet_id, PickupPoint.name)))
    if known and _has_said(session, commune_id, "pickup_point"):
        return
    for row in seeds.table("pickup_points"):
        hamlet_id = hamlets[row.text("hamlet")]
        if (hamlet_id, row.text("name")) not in known and (with_demo or not row.flag("demo")):
            point = PickupPoint(
                hamlet_id=hamlet_id,
                name=row.text("name"),
                address=row.maybe("address"),
                keeper_name=row.text("keeper_name"),
                keeper_phone=Phone(row.text("keeper_phone")),
                opening_hours=row.text("opening_hours"),
            )
            session.add(point)


def _categories(session: Session, seeds: Seeds) -> None:
    """The tree, parents before children; a category's place among its neighbours is its line in the table."""
    known = dict(session.execute(select(Category.code, Category.id)).all())
    levels: dict[str, int] = {}
    for position, row in enumerate(seeds.table("categories"), start=1):
        code, parent = row.text("code"), row.text("parent")
        levels[code] = levels[parent] + 1 if parent else 1
        if code not in known:
            category = Category(
                code=code,
                name=row.text("name"),
                slug=row.text("slug"),
                parent_id=known[parent] if parent else None,
                level=levels[code],
                ocop_set=row.maybe_whole("ocop_set"),
                position=position,
            )
            session.add(category)
            session.flush()
            known[code] = category.id


PLANNED = "kpi.target."
"""Begins the names of what stands in the plan of one commune alone."""


def load_country(session: Session, seeds: Seeds, commune_id: int, *, decided: Collection[str]) -> None:
    """Enter what of the goods tree and the facts is not there yet, for a commune that is opened without tables of its
    own: the numbers by which any market goes, but for those that it has `decided`, and no target of another's plan."""
    _categories(session, seeds)
    planned = {row.text("key") for row in seeds.table("facts") if row.text("key").startswith(PLANNED)}
    _facts(session, commune_id, seeds, without={*decided, *planned})


def _facts(session: Session, commune_id: int, seeds: Seeds, *, without: Collection[str] = ()) -> None:
    known = set(session.execute(select(DatedFact.key, DatedFact.valid_from, DatedFact.commune_id)))
    decided = {*without, *(key for key, _day, whose in known if whose == commune_id)}
    for row in seeds.table("facts"):
        whose = commune_id if row.text("scope") == "commune" else None
        if whose is not None and row.text("key") in decided:
            continue
        if (row.text("key"), row.day("valid_from"), whose) not in known:
            fact = DatedFact(
                commune_id=whose,
                key=row.text("key"),
                value=row.text("value"),
                valid_from=row.day("valid_from"),
                valid_to=row.maybe_day("valid_to"),
                source=row.text("source"),
            )
            session.add(fact)
    session.flush()


# --- what the tables say otherwise ------------------------------------------------------------------------------------

OF_COMMUNE = ("name", "province_code", "province_name", "office_name", "letters")
"""Not its mode: the tables say the demonstration's alone."""
OF_POINT = ("address", "keeper_name", "opening_hours")


def differences(session: Session, seeds: Seeds) -> list[str]:
    """What the tables say otherwise than the market has it, in words; it stays as the market has it."""
    row = seeds.commune()
    commune = session.scalars(select(Commune).where(Commune.code == row.text("code"))).one()
    said = [f"xã: {name}" for name in OF_COMMUNE if row.text(name) != getattr(commune, name)]
    said += [f"xã: {name}" for name, text in _words(row).items() if text not in (None, getattr(commune, name))]
    places = [*_hamlets_besides(session, commune.id, seeds), *_points_otherwise(session, commune.id, seeds)]
    return [*said, *places, *_facts_otherwise(session, commune.id, seeds)]


def _facts_otherwise(session: Session, commune_id: int, seeds: Seeds) -> list[str]:
    """What the tables set for the commune and it has set otherwise, or not."""
    mine = select(DatedFact).where(DatedFact.commune_id == commune_id)
    known = {(fact.key, fact.valid_from): fact.value for fact in session.scalars(mine)}
    rows = [row for row in seeds.table("facts") if row.text("scope") == "commune"]
    return [
        f"{row.text('key')} từ {format_date(row.day('valid_from'))}"
        for row in rows
        if known.get((row.text("key"), row.day("valid_from"))) != row.text("value")
    ]


def _hamlets_besides(session: Session, commune_id: int, seeds: Seeds) -> list[str]:
    """Hamlets that no table names: one was renamed in the tables, and is there under both names now."""
    named = {slug(row.text("name")) for row in seeds.table("hamlets")}
    there = session.scalars(select(Hamlet).where(Hamlet.commune_id == commune_id, Hamlet.is_active))
    known = _known_hamlets(session, commune_id)
    meant = {known[one] for one in named if one in known}
    return [f"{hamlet.name}: không có trong seeds/" for hamlet in there if hamlet.id not in meant]


def _points_otherwise(session: Session, commune_id: int, seeds: Seeds) -> list[str]:
    here = select(PickupPoint).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id).where(Hamlet.commune_id == commune_id)
    there = {point.name: point for point in session.scalars(here)}
    said = []
    for row in seeds.table("pickup_points"):
        point = there.get(row.text("name"))
        if point is None:
            continue
        different = [name for name in OF_POINT if (row.maybe(name) or "") != (getattr(point, name) or "")]
        different += ["keeper_phone"] if point.keeper_phone != Phone(row.text("keeper_phone")) else []
        if different:
            said.append(f"{point.name}: {', '.join(different)}")
    return said
