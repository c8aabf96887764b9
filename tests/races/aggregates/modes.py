"""What a commune's market does: what one officer asks for, another agrees to or drops, and what one does alone."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.places.models import MarketMode, ModeRequest
from market.places.queries.modes import mode_facts, mode_now, request_facts
from market.places.rules.modes import CommuneMode, Registration
from market.sellers.actions.modes import ModeAnswer, ModeAsked, ask_mode, confirm_mode, withdraw_mode
from market.sellers.models import PostRole
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_numbers = count(1)


def _commune(session: Session) -> tuple[int, list[int]]:
    """A new commune that takes orders, with three officers."""
    number = next(_numbers)
    letters = LETTERS[number // len(LETTERS)] + LETTERS[number % len(LETTERS)]
    fields = {"code": f"{50_000 + number}", "letters": letters, "host": f"che-do{number}.test"}
    commune = make.make_commune(session, name=f"xã {number}", mode=CommuneMode.ORDERING, **fields)
    phones = [f"0913 {number:03d} {at:03d}" for at in range(3)]
    people = [make.make_person(session, commune, "Cán Bộ", phone, running_now()) for phone in phones]
    for one in people:
        make.make_post(session, one, PostRole.OFFICER, None, running_now())
    return commune.id, [one.id for one in people]


def modes(cast: Cast) -> Aggregate:
    """One that takes orders, of which one of its three officers has asked that bank money be matched."""
    officers: dict[int, list[int]] = {}
    asked: dict[int, int] = {}
    seen: dict[int, tuple[str, str]] = {}

    def start() -> int:
        with transaction() as session:
            at, people = _commune(session)
        officers[at] = people
        asked[at] = 0
        ask(at, 0, CommuneMode.ORDERING_MATCHED)
        with transaction() as session:
            request = session.scalars(select(ModeRequest).where(ModeRequest.commune_id == at)).one()
            asked[at] = request.id
            seen[at] = seen_of(mode_facts(session, at)), seen_of(request_facts(session, request))
        return at

    def ask(at: int, by: int, mode: CommuneMode) -> bool:
        said = Registration(operator="HTX", number="1", day=local_day(running_now()))
        with transaction() as session:
            known = seen[at][0] if at in seen else seen_of(mode_facts(session, at))
            new = ModeAsked(commune_id=at, mode=mode, registration=said, seen=known)
            return ask_mode(session, Actor(person_id=officers[at][by]), new, clock=running_now)

    def agree(by: int) -> Move:
        def act(session: Session, at: int) -> None:
            answer = ModeAnswer(commune_id=at, request_id=asked[at], seen=seen[at][1])
            confirm_mode(session, Actor(person_id=officers[at][by]), answer, clock=running_now)

        return writing(act)

    def drop(session: Session, at: int) -> None:
        withdraw_mode(session, Actor(person_id=officers[at][0]), at, asked[at], clock=running_now)

    def ask_again(at: int) -> object:
        return ask(at, 1, CommuneMode.ORDERING)

    def picture(session: Session, at: int) -> object:
        held = session.scalars(select(MarketMode).where(MarketMode.commune_id == at).order_by(MarketMode.id))
        requests = session.scalars(select(ModeRequest).where(ModeRequest.commune_id == at).order_by(ModeRequest.id))
        ends = [(one.mode, one.confirmed_at is not None, one.withdrawn_at is not None) for one in requests]
        who = [(row.mode, row.confirmed_by and officers[at].index(row.confirmed_by)) for row in held]
        return mode_now(session, at), who, ends, verbs_of(session, "commune", at)

    return Aggregate(
        start=start,
        moves={
            "agree": agree(1),
            "agree as well": agree(2),
            "drop": writing(drop),
            "narrow": lambda at: ask(at, 2, CommuneMode.SHOWCASE),
            "ask for something else": ask_again,
        },
        picture=picture,
        tables=["name"],
        spare={
            "commune": "who changes the mode of a commune holds its name first",
            "mode_request": "who answers a request holds the name of its commune's mode first",
        },
    )
