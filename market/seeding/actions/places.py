"""Loads what any installation needs: the commune with its places, the goods tree, the facts in force. Twice is once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalog.models import Category
from market.places.models import Certainty, Commune, CommuneMode, DatedFact, Hamlet, OldPlace, PickupPoint
from market.seeding.files import Row, Seeds
from market.values.phone import Phone
from market.values.text import slug, sort_key


def load_places(session: Session, seeds: Seeds) -> int:
    """Enter whatever of the places, categories and facts is not there yet; returns the commune's id."""
    commune_id = _commune(session, seeds.commune())
    hamlets = _hamlets(session, commune_id, seeds)
    _old_places(session, commune_id, hamlets, seeds)
    _pickup_points(session, hamlets, seeds)
    _categories(session, seeds)
    _facts(session, commune_id, seeds)
    return commune_id


def _commune(session: Session, row: Row) -> int:
    known = session.scalar(select(Commune.id).where(Commune.code == row.text("code")))
    if known:
        return known
    commune = Commune(
        code=row.text("code"),
        name=row.text("name"),
        province_code=row.text("province_code"),
        province_name=row.text("province_name"),
        office_name=row.text("office_name"),
        office_phone=row.phone("office_phone"),
        letters=row.text("letters"),
        mode=CommuneMode(row.text("mode")),
    )
    session.add(commune)
    session.flush()
    return commune.id


def hamlet_slug(key: str) -> str:
    """The slug of the hamlet a table names by its key."""
    return slug(f"thôn {key}")


def _hamlets(session: Session, commune_id: int, seeds: Seeds) -> dict[str, int]:
    """The hamlets' ids by the tables' keys."""
    known = dict(session.execute(select(Hamlet.slug, Hamlet.id).where(Hamlet.commune_id == commune_id)).all())
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


def _pickup_points(session: Session, hamlets: dict[str, int], seeds: Seeds) -> None:
    known = set(session.execute(select(PickupPoint.hamlet_id, PickupPoint.name)))
    for row in seeds.table("pickup_points"):
        hamlet_id = hamlets[row.text("hamlet")]
        if (hamlet_id, row.text("name")) not in known:
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


def _facts(session: Session, commune_id: int, seeds: Seeds) -> None:
    known = set(session.execute(select(DatedFact.key, DatedFact.valid_from, DatedFact.commune_id)))
    for row in seeds.table("facts"):
        whose = commune_id if row.text("scope") == "commune" else None
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
