"""What an officer answers about a spreadsheet is kept for the commune's next ones, and can be taken back."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.sellers.actions.register import lock_register
from market.sellers.models import AnswerAbout, RegisterAnswer
from market.sellers.queries import Question, answers_of


def answer_questions(
    session: Session,
    actor: Actor,
    commune_id: int,
    asked: Sequence[Question],
    given: Mapping[str, str],
    *,
    clock: Clock,
) -> int:
    """Keep what each question's field says (`given`: key -> meaning), "" takes it back; returns how many changed.

    What is none of a question's choices is left as it is. Idempotent. NotFound for no commune.
    """
    lock_register(session, commune_id)
    now, before = clock(), answers_of(session, commune_id)
    changed = 0
    for one in asked:
        about, meaning = AnswerAbout(one.about), given.get(one.key)
        is_choice = meaning in {value for value, _words in one.choices}
        if meaning is None or not is_choice or meaning == before.of(about).get(one.said, ""):
            continue
        changed += 1
        row = session.query(RegisterAnswer).filter_by(commune_id=commune_id, about=about, said=one.said).first()
        if row is not None and not meaning:
            session.delete(row)
        elif row is not None:
            row.meaning, row.answered_by, row.answered_at = meaning, actor.person_id, now
        else:
            session.add(
                RegisterAnswer(
                    commune_id=commune_id,
                    about=about,
                    said=one.said,
                    meaning=meaning,
                    answered_by=actor.person_id,
                    answered_at=now,
                )
            )
    if changed:
        event = Change(verb="answer_register", subject="commune", subject_id=commune_id, commune_id=commune_id)
        record(session, actor, event, now=now)
    session.flush()
    return changed
