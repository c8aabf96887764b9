"""A word sealed under the data key in use, so that another key is noticed before it has sealed anything else."""

import contextlib

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from market.base.db import insert_once, reading, transaction
from market.base.db_time import time_there
from market.base.health import HealthRecord
from market.base.secrets import vault

SEAL = "key "
WORD = "chợ số"


def keep_seal() -> None:
    """Keep the word under the key in use, once for each name of a key; a database that takes nothing is asked again the
    next time. Not beside a word that stays shut: of a key that was entered by mistake nothing is left."""
    with contextlib.suppress(SQLAlchemyError):
        kept = _kept()
        if SEAL + vault().name not in kept and all(map(_is_word, kept.values())):
            row = {"name": SEAL + vault().name, "at": time_there(), "note": vault().encrypt(WORD)}
            with transaction() as session:
                session.execute(insert_once(session, HealthRecord).values(row))


def seal_opens() -> bool:
    """Whether every word kept opens under a key that is here; False where a key was changed under its name, or is gone
    though `flask rekey` has not said that nothing needs it."""
    keep_seal()
    return all(map(_is_word, _kept().values()))


def _kept() -> dict[str, str]:
    query = select(HealthRecord.name, HealthRecord.note).where(HealthRecord.name.startswith(SEAL))
    return {row.name: row.note for row in reading().execute(query)}


def _is_word(sealed: str) -> bool:
    try:
        return vault().decrypt(sealed) == WORD
    except ValueError:
        return False


def forget_older_seals(session: Session) -> None:
    """Once nothing needs an older key, it may go."""
    session.execute(
        delete(HealthRecord).where(HealthRecord.name.startswith(SEAL), HealthRecord.name != SEAL + vault().name)
    )
