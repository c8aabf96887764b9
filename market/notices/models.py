"""The outbox: what a person must be told, once, which way it went, and where people want to hear; and the browsers that
are told by push."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.base.rekey import PLAIN, Plain
from market.base.secrets import vault
from market.notices.rules import Arrival, DeliveryState, Why

UNREACHED = text(f"reach = '{Arrival.UNREACHED}' AND known_at IS NULL")
IS_SOMEBODY, IS_NOBODY = text("person_id IS NOT NULL"), text("person_id IS NULL")


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
        parent_by_commune("notice"),
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


class NoticeDispatch(Base):
    """That a notice leaves the market, and whether it came to anybody. Its deliveries change under its lock.

    `known_at`: who was not reached has said that they know by now.
    """

    __tablename__ = "notice_dispatch"
    __table_args__ = (
        of_same_commune("notice"),
        of_same_commune("business"),
        UniqueConstraint("notice_id", "commune_id"),
        Index(
            "ix_notice_dispatch_unreached",
            "business_id",
            "created_at",
            postgresql_where=UNREACHED,
            sqlite_where=UNREACHED,
        ),
        Index(None, "created_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("notice")
    notice_id: Mapped[Ref]
    business_id: Mapped[Ref | None]
    reach: Mapped[Arrival] = mapped_column(default=Arrival.ON_THE_WAY)
    known_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class NoticeDelivery(Base):
    """One way by which a notice is carried to one person (None: who has no account). Never the same way twice.

    `attempts` counts the calls that were begun; `next_at` is when the next may be. `counted_in`: the month in which it
    stands in the commune's count of messages that cost money.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (
        of_same_commune("notice"),
        Index(
            "uq_notice_delivery_of_person",
            "notice_id",
            "way",
            "person_id",
            unique=True,
            postgresql_where=IS_SOMEBODY,
            sqlite_where=IS_SOMEBODY,
        ),
        Index(
            "uq_notice_delivery_of_nobody",
            "notice_id",
            "way",
            unique=True,
            postgresql_where=IS_NOBODY,
            sqlite_where=IS_NOBODY,
        ),
        Index(None, "state", "next_at"),
        Index(None, "person_id", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("notice")
    notice_id: Mapped[Ref]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str]
    state: Mapped[DeliveryState]
    why: Mapped[Why | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counted_in: Mapped[str | None]


class NoticeChoice(Base):
    """Where a person wants word: no row is everywhere that leads to them, by day.

    `off_ways`: names by comma. `wakes_for_orders`: a new order is told in quiet hours too.
    """

    __tablename__ = "notice_choice"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    off_ways: Mapped[str] = mapped_column(default="")
    email_cipher: Mapped[str | None]
    wakes_for_orders: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class PaidNotices(Base):
    """How many messages that cost money a commune has sent in a month (`2026-11`, by Vietnam's calendar)."""

    __tablename__ = "paid_notices"
    __table_args__ = (UniqueConstraint("commune_id", "month"), CheckConstraint("sent >= 0", name="sent_not_negative"))

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    month: Mapped[str]
    sent: Mapped[int] = mapped_column(default=0)


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


class TokenState(enum.StrEnum):
    """READY: to be used, or to be renewed; RENEWING: Zalo is being asked; REFUSED: only a person can enter another."""

    READY = "dung_duoc"
    RENEWING = "dang_doi"
    REFUSED = "bi_tu_choi"


class ZaloToken(Base):
    """The tokens of the installation's one Zalo account, sealed. `ends_at`: of the access token; None where only a
    refresh token was entered. `trouble`: what Zalo said last (`zalo_tokens.WORDS`)."""

    __tablename__ = "zalo_token"
    __table_args__ = (CheckConstraint("(access_cipher IS NULL) = (ends_at IS NULL)", name="access_ends"),)

    id: Mapped[Id]
    refresh_cipher: Mapped[str]
    access_cipher: Mapped[str | None]
    ends_at: Mapped[datetime | None]
    state: Mapped[TokenState]
    asked_at: Mapped[datetime | None]
    entered_at: Mapped[datetime]
    trouble: Mapped[str | None]
