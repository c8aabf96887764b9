"""The outbox: what a person must be told, once; and the browsers that are told by push."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, of_same_commune
from market.base.rekey import PLAIN, Plain
from market.base.secrets import vault


class Notice(Base):
    """One message to the people of a business, or to one person; `dedupe_key` keeps it from being said twice.

    What it is about stands in its ids: the web makes the link. `path` was the link of notices written before; nothing
    reads it any more.
    """

    __tablename__ = "notice"
    __table_args__ = (
        of_same_commune("business"),
        of_same_commune("order"),
        of_same_commune("purchase"),
        of_same_commune("product"),
        UniqueConstraint("dedupe_key", "commune_id"),
        Index(None, "business_id", "seen_at", "kind"),
        Index(None, "person_id", "seen_at", "kind"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    dedupe_key: Mapped[str]
    kind: Mapped[str]
    business_id: Mapped[Ref | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    order_id: Mapped[Ref | None]
    purchase_id: Mapped[Ref | None]
    product_id: Mapped[Ref | None]
    sentence: Mapped[str]
    path: Mapped[str | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


ENDPOINT_DIGEST = "push endpoint"
LIVE_OF_LOGIN = text("login_session_id IS NOT NULL AND ended_at IS NULL")
LIVE = text("ended_at IS NULL")


class EndedWhy(enum.StrEnum):
    """Why a browser is told no more: its holder said so, its maker does not know it any more, another account or other
    keys came in its place, its holder has too many, or the market's own key is another now."""

    STOPPED = "nguoi_dung_tat"
    GONE = "trinh_duyet_bo"
    REPLACED = "thay_moi"
    TOO_MANY = "qua_nhieu_may"
    OLD_KEY = "khoa_cu"


def _endpoint(row: "PushSubscription") -> str:
    return vault().decrypt(row.endpoint_cipher)


class PushSubscription(Base):
    """A browser that asked to be told: what its person hears, as long as they stay signed in on it, or what a guest
    hears of one purchase, as long as the browser opens that. Whether it still may be told is asked anew for each notice
    (`orders.queries.push`): nothing here needs to be ended for a sign-out to hold.

    `device` is the browser's random name; `server_key` the market's public key that it subscribed with.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (
        of_same_commune("purchase"),
        CheckConstraint("(login_session_id IS NULL) <> (purchase_id IS NULL)", name="login_or_purchase"),
        CheckConstraint("(login_session_id IS NULL) = (person_id IS NULL)", name="person_of_login"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_says_why"),
        Index(
            "uq_push_subscription_login",
            "endpoint_digest",
            unique=True,
            postgresql_where=LIVE_OF_LOGIN,
            sqlite_where=LIVE_OF_LOGIN,
        ),
        Index(
            "uq_push_subscription_purchase",
            "endpoint_digest",
            "purchase_id",
            unique=True,
            postgresql_where=LIVE,
            sqlite_where=LIVE,
        ),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    login_session_id: Mapped[int | None] = mapped_column(ForeignKey("login_session.id", ondelete="CASCADE"), index=True)
    purchase_id: Mapped[Ref | None] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(index=True)
    endpoint_cipher: Mapped[str]
    endpoint_digest: Mapped[str] = mapped_column(index=True, info={PLAIN: Plain(purpose=ENDPOINT_DIGEST, of=_endpoint)})
    p256dh_cipher: Mapped[str]
    auth_cipher: Mapped[str]
    server_key: Mapped[str]
    created_at: Mapped[datetime]
    last_ok_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[EndedWhy | None]
