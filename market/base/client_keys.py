"""Forms that add something count once: each carries a random key, which is written down with what it added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base.db import Base, Id, insert_once
from market.base.errors import Conflict
from market.base.secrets import vault


class ClientKey(Base):
    """A form that has done its work. `scope` names what it adds to ("stall:7", "cart:12"): keys are unique within it.

    `digest` is of all that it said, `told` the words for what it added; both None in rows older than them. What makes
    a row of its own with a code (a listing, a lot, a purchase) keeps its key in that row too.
    """

    __tablename__ = "client_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[Id]
    scope: Mapped[str]
    key: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(index=True)
    digest: Mapped[str | None]
    told: Mapped[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForm:
    """A form that was sent: its `key` (None: a page older than keys), all that it says (`content`, of values that have
    the same `repr()` whenever they are equal), and in a few words what it adds ("thêm 5 kg"), without anybody's name.
    """

    key: str | None
    content: object
    told: str


class SentOtherwise(Conflict):
    """The form has done its work already, and said something else then; the sentence names what it added."""


def used_before(session: Session, scope: str, sent: SentForm, *, now: datetime) -> datetime | None:
    """When this form did its work already; None, and its key written down, where this is the first time.

    A concurrent one with the same key waits here until the first has ended; when that was refused, its key is free
    again with all it wrote. A form without a key always counts as a first. SentOtherwise where it says something else
    than it did then: the person has opened an old page again, and must learn what it did.
    """
    if sent.key is None:
        return None
    said = repr(sent.content)
    digest = vault().digest("client-key", said)
    row = {"scope": scope, "key": sent.key, "used_at": now, "digest": digest, "told": sent.told}
    new = insert_once(session, ClientKey).returning(ClientKey.id)
    if session.connection().execute(new, row).first():
        return None
    which = ClientKey.scope == scope, ClientKey.key == sent.key
    before = session.execute(select(ClientKey.used_at, ClientKey.digest, ClientKey.told).where(*which)).one()
    if before.digest is not None and not vault().is_digest("client-key", said, before.digest):
        raise SentOtherwise(
            "sent_otherwise",
            f"Trang này đã gửi một lần rồi, chợ đã ghi: {before.told}. Lần này gửi khác nên chưa ghi gì thêm. "
            "Nếu đúng là cần thêm nữa, mời bấm lần nữa.",
        )
    at: datetime = before.used_at
    return at
