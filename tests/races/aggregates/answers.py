"""What the office says that the words of its spreadsheets mean."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.sellers.actions.answering import answer_questions
from market.sellers.models import AnswerAbout, BusinessKind, RegisterAnswer
from market.sellers.queries import Question
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
