"""People and how they sign in: passwords, login sessions, one-time codes, resets, second factors, consents."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id
from market.base.rekey import PLAIN
from market.values.phone import Phone


class Person(Base):
    """Somebody who can sign in, at every commune's site: an account is the installation's, its rights are in communes.
    `commune_id` is where it was made. The phone is a handle, not an identity: a family may share one, so it is not
    unique. `desk`: where they work whom signing in leads to, as pages name it; NULL where they never chose."""

    __tablename__ = "person"

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    name: Mapped[str]
    phone: Mapped[Phone | None] = mapped_column(index=True)
    password_hash: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    desk: Mapped[str | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class LoginSession(Base):
    """One signed-in phone or computer; ending the row signs it out, wherever the cookie is.

    An account is the installation's, a login is made at one commune's site and opens nothing at another's.
    `stepped_up_at`: when the password was last typed in it, to sign in or for what asks for it anew.
    """

    __tablename__ = "login_session"
    __table_args__ = (UniqueConstraint("key_hash", "commune_id"),)

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    key_hash: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str]
    visitor: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stepped_up_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    """When the person's second factor was given in it."""

    person: Mapped[Person] = relationship()


class CodePurpose(enum.StrEnum):
    """What a one-time code lets its holder do."""

    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password; none is made any more
    GRANT_MANDATE = "grant_mandate"


class OneTimeCode(Base):
    """Six digits read from one screen to another, face to face: short-lived, few tries, used once.

    `grants_until` is the last day of what the code grants, where that has an end.
    """

    __tablename__ = "one_time_code"

    id: Mapped[Id]
    purpose: Mapped[CodePurpose]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    grants_until: Mapped[date | None]
    code_digest: Mapped[str]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ResetWay(enum.StrEnum):
    """Who answers for a person who has no password any more: an officer (or the operator) who has seen a paper and
    hands over a slip, or a helper who knows the person."""

    SLIP = "phieu"
    VOUCHED = "bao_lanh"


class PasswordReset(Base):
    """A way back in for one person on one browser: a code, then a wait in which it can be stopped, then a new password.

    A slip stands for a person from the start and for the browser on which its code is typed; the code on a browser's
    screen stands for that browser from the start and for the person for whom a helper vouches.
    """

    __tablename__ = "password_reset"
    __table_args__ = (
        CheckConstraint(
            "started_at IS NULL OR (person_id IS NOT NULL AND visitor IS NOT NULL AND effective_at > started_at)",
            name="started_for_somebody",
        ),
        CheckConstraint(
            "used_at IS NULL OR (stopped_at IS NULL AND effective_at IS NOT NULL AND used_at >= effective_at)",
            name="used_after_the_wait",
        ),
        Index(None, "commune_id", "expires_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    way: Mapped[ResetWay]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    visitor: Mapped[str | None] = mapped_column(index=True)
    code_digest: Mapped[str] = mapped_column(index=True)
    paper: Mapped[str | None]
    drops_second_factor: Mapped[bool] = mapped_column(default=False)
    vouched_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class SecondFactor(Base):
    """The secret that a person's authenticator app shares with the market (TOTP, RFC 6238).

    `offered_cipher` was shown and not confirmed by a code yet; `last_step` is the time step of the code that was taken
    last: none is taken twice.
    """

    __tablename__ = "second_factor"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    secret_cipher: Mapped[str | None]
    offered_cipher: Mapped[str | None]
    last_step: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code on paper that stands in for the authenticator app, once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_digest: Mapped[str] = mapped_column(info={PLAIN: None})
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was used, or put out of force by newer ones."""


class ConsentPurpose(enum.StrEnum):
    """Consent is given for one purpose at a time, never ticked beforehand."""

    TERMS = "terms"
    FAMILY_ACCOUNT = "family_account"


class Consent(Base):
    """A consent as it was given: to which text, how, before whom; as easy to withdraw."""

    __tablename__ = "consent"

    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    purpose: Mapped[ConsentPurpose]
    text_version: Mapped[str]
    note: Mapped[str | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
