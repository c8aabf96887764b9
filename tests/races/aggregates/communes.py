"""A commune as its operator keeps it (host, name, a further one, places from a file) and as its office says it."""

from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.places.actions.communes import CommuneEdit, NewCommune, add_commune, edit_commune
from market.places.actions.places import take_places
from market.places.models import Commune, Hamlet
from market.places.queries import commune_facts
from tests.cast import Cast
from tests.races.harness import Aggregate, running_now, verbs_of, writing

OPERATOR = Actor()
OWN_HOST = "cho.test"
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_numbers = count(1)


def _new(number: int, host: str) -> NewCommune:
    return NewCommune(
        code=f"{30_000 + number}",
        name=f"xã {number}",
        province_code="31",
        province_name="thành phố Hải Phòng",
        letters=LETTERS[number // len(LETTERS)] + LETTERS[number % len(LETTERS)],
        office_name="Phòng Kinh tế",
        host=host,
    )


def communes(cast: Cast) -> Aggregate:
    """One that wants a host, which a further commune wants too; a hamlet of it gets another name."""
    wanted: dict[int, str] = {}
    further: dict[int, int] = {}
    shown: dict[int, str] = {}

    def start() -> int:
        number = next(_numbers)
        with transaction() as session:
            at = add_commune(session, OPERATOR, _new(number, f"xa{number}.test"), own_host=OWN_HOST, now=running_now())
            take_places(session, OPERATOR, at, {"hamlets": [{"name": "thôn Đông"}]}, now=running_now())
            shown[at] = seen_of(commune_facts(session.get_one(Commune, at)))
        wanted[at], further[at] = f"moi{number}.test", next(_numbers)
        return at

    def edit(session: Session, at: int, **changes: object) -> None:
        which = CommuneEdit(commune_id=at, changes=changes)
        edit_commune(session, OPERATOR, which, own_host=OWN_HOST, now=running_now())

    def say(session: Session, at: int, **changes: object) -> None:
        which = CommuneEdit(commune_id=at, changes=changes, seen=shown[at])
        edit_commune(session, OPERATOR, which, own_host=OWN_HOST, now=running_now())

    def add(session: Session, at: int) -> None:
        add_commune(session, OPERATOR, _new(further[at], wanted[at]), own_host=OWN_HOST, now=running_now())

    def rename(session: Session, at: int) -> None:
        hamlet = session.scalars(select(Hamlet.id).where(Hamlet.commune_id == at)).first()
        take_places(session, OPERATOR, at, {"hamlets": [{"id": hamlet, "name": "thôn Tây"}]}, now=running_now())

    def enter(session: Session, at: int) -> None:
        take_places(session, OPERATOR, at, {"hamlets": [{"name": "thôn Tây"}]}, now=running_now())

    def picture(session: Session, at: int) -> object:
        commune = session.get_one(Commune, at)
        hamlets = select(Hamlet.name).where(Hamlet.commune_id == at).order_by(Hamlet.id)
        there = session.scalar(select(func.count()).select_from(Commune).where(Commune.host == wanted[at]))
        is_moved = commune.host == wanted[at]
        said = (commune.office_name, commune.welcome)
        return is_moved, said, there, session.scalars(hamlets).all(), verbs_of(session, "commune", at)

    return Aggregate(
        start=start,
        moves={
            "move": writing(lambda session, at: edit(session, at, host=wanted[at])),
            "rename its office": writing(lambda session, at: edit(session, at, office_name="Phòng Kinh tế mới")),
            "say where its office is": writing(lambda session, at: say(session, at, office_name="Phòng Kinh tế ở chợ")),
            "greet": writing(lambda session, at: say(session, at, welcome="Mời bà con")),
            "add another": writing(add),
            "rename its hamlet": writing(rename),
            "enter a hamlet": writing(enter),
        },
        picture=picture,
        tables=["commune"],
    )
