"""What the office says that its spreadsheets mean, and what it does with what they brought."""

from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.places.models import Hamlet
from market.sellers.actions import NewBusiness, Parting, edit_business, part_businesses, put_away_unread
from market.sellers.actions.answering import answer_questions
from market.sellers.models import AnswerAbout, Business, BusinessKind, RegisterAnswer, RegisterJoin, UnreadCell
from market.sellers.queries import Question, join_facts
from market.sellers.queries.facts import business_facts
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

KINDS = (BusinessKind.HOUSEHOLD_BUSINESS.value, BusinessKind.COOPERATIVE.value)
ASKED = Question(
    about=AnswerAbout.KIND.value,
    said="ho ca the",
    label="Hộ cá thể",
    hint="",
    choices=[("", "Chưa biết"), *((kind, kind) for kind in KINDS)],
)


def answers(cast: Cast) -> Aggregate:
    """A word that a file has and nobody has said the meaning of."""
    officer = Actor(person_id=cast.hung)

    def answering(meaning: str) -> Move:
        def act(session: Session, at: int) -> object:
            return answer_questions(session, officer, at, [ASKED], {ASKED.key: meaning}, clock=running_now)

        return writing(act)

    def picture(session: Session, at: int) -> object:
        rows = session.execute(select(RegisterAnswer.said, RegisterAnswer.meaning)).all()
        return sorted(map(tuple, rows)), verbs_of(session, "commune", at)

    return Aggregate(
        start=lambda: cast.commune,
        moves={"say one thing": answering(KINDS[0]), "say another": answering(KINDS[1]), "take back": answering("")},
        picture=picture,
        tables=["commune"],
    )


def joins(cast: Cast) -> Aggregate:
    """A row of a file that was joined to a business, with a cell that nobody could read: it is taken apart, edited,
    put away, all at once."""
    officer, numbers = Actor(person_id=cast.hung), count(1)
    shown: dict[int, tuple[int, int, str, str]] = {}

    def start() -> int:
        name = f"Lò rèn {next(numbers)}"
        with transaction() as session:
            hamlet = session.get_one(Hamlet, cast.nghia_dung)
            business = make.make_business(session, hamlet, f"HKD {name}", running_now())
            own = {"kind": business.kind.value, "hamlet_id": str(hamlet.id)}
            join = RegisterJoin(
                business_id=business.id,
                said=f"{name} {hamlet.id}  4321",
                brought={**own, "name": f"HKD {name}", "phone": "+84987654321"},
                before={**own, "name": name},
                joined_at=running_now(),
                joined_by=cast.hung,
            )
            cell = UnreadCell(business_id=business.id, field="phone", text="?", why="?", noted_at=running_now())
            session.add_all([join, cell])
            session.flush()
            seen, edit_seen = seen_of(join_facts(business, join)), seen_of(business_facts(business))
            shown[business.id] = join.id, cell.id, seen, edit_seen
            return business.id

    def part(session: Session, at: int) -> object:
        asked = Parting(commune_id=cast.commune, business_id=at, join_id=shown[at][0], seen=shown[at][2])
        part_businesses(session, officer, asked, clock=running_now)
        return None

    def put_away(session: Session, at: int) -> object:
        return put_away_unread(session, officer, cast.commune, at, shown[at][1], clock=running_now)

    def edit(session: Session, at: int) -> object:
        new = NewBusiness(
            commune_id=cast.commune,
            hamlet_id=cast.nghia_dung,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name=f"Lò rèn bác Tư {at}",
            phone=Phone("0912345678"),
            valid_from=local_day(running_now()),
            source="giấy",
        )
        return edit_business(session, officer, at, new, seen=shown[at][3], clock=running_now)

    def picture(session: Session, at: int) -> object:
        business = session.get_one(Business, at)
        join = session.scalars(select(RegisterJoin).where(RegisterJoin.business_id == at)).one()
        waits = UnreadCell.business_id == at, UnreadCell.closed_at.is_(None)
        parted = session.get(Business, join.parted_id) if join.parted_id else None
        told = (parted.name.partition(" ")[0], parted.phone) if parted else None
        said = business.name == f"Lò rèn bác Tư {at}", business.phone
        return said, session.scalar(select(func.count()).where(*waits)), told, verbs_of(session, "business", at)

    return Aggregate(
        start=start,
        moves={
            "take apart": writing(part),
            "put away": writing(put_away),
            "edit": writing(edit),
        },
        picture=picture,
        tables=["commune", "business"],
    )
