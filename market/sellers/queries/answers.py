"""What people of a commune said that its spreadsheets mean, as the next file is read by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.spreadsheets.intake import SKIPPED
from market.sellers.models import AnswerAbout, BusinessKind, BusinessStatus, RegisterAnswer
from market.sellers.rules import FIELD_TITLES, RegisterRow, Words, is_of_pair
from market.values.text import fold

KINDS = {kind.value: kind for kind in BusinessKind}
STATES = {state.value: state for state in BusinessStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """By what was asked about, what was said -> what it means."""

    said: Mapping[AnswerAbout, Mapping[str, str]] = field(default_factory=dict)

    def of(self, about: AnswerAbout) -> Mapping[str, str]:
        return self.said.get(about, {})

    @property
    def words(self) -> Words:
        return Words(
            columns={
                said: meant for said, meant in self.of(AnswerAbout.COLUMN).items() if meant in {*FIELD_TITLES, SKIPPED}
            },
            kinds={said: KINDS[meant] for said, meant in self.of(AnswerAbout.KIND).items() if meant in KINDS},
            states={said: STATES[meant] for said, meant in self.of(AnswerAbout.STATUS).items() if meant in STATES},
        )

    @property
    def hamlets(self) -> dict[str, int]:
        return {said: int(meant) for said, meant in self.of(AnswerAbout.HAMLET).items()}

    def same(self, row: RegisterRow) -> int | None:
        """The business that a person said a row is."""
        meant = self.of(AnswerAbout.TWIN).get(twin_mark(row))
        return int(meant) if meant and int(meant) > 0 else None

    def apart(self, row: RegisterRow) -> tuple[int, ...]:
        """The business that a person said a row is not."""
        meant = self.of(AnswerAbout.TWIN).get(twin_mark(row))
        return (-int(meant),) if meant and int(meant) < 0 else ()

    @property
    def pairs(self) -> dict[str, str]:
        """Of two rows of one file, by their pair mark: ONE or TWO."""
        return {said: meant for said, meant in self.of(AnswerAbout.TWIN).items() if is_of_pair(said)}

    def pairs_that_are(self, meaning: str) -> set[str]:
        return {said for said, meant in self.pairs.items() if meant == meaning}


ONE, TWO = "1", "-1"


def twin_mark(row: RegisterRow) -> str:
    """By what a row is known again in the next file: of its phone the last digits alone, the register has it whole."""
    phone = row.phone.last4 if row.phone else ""
    return f"{fold(row.name)} {row.hamlet_id} {row.tax_id or ''} {phone}"


def twin_mark_in(mark: str, hamlet_id: int, into_id: int) -> str:
    """The mark of the same row once this hamlet is a part of the other; the mark itself for a row of another hamlet."""
    name, hamlet, tax_id, phone = mark.rsplit(" ", 3)
    return f"{name} {into_id} {tax_id} {phone}" if hamlet == str(hamlet_id) else mark


def answers_of(session: Session, commune_id: int) -> Answers:
    query = select(RegisterAnswer.about, RegisterAnswer.said, RegisterAnswer.meaning)
    said: dict[AnswerAbout, dict[str, str]] = {}
    for about, text, meaning in session.execute(query.where(RegisterAnswer.commune_id == commune_id)):
        said.setdefault(about, {})[text] = meaning
    return Answers(said=said)
