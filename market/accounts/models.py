"""People and how they sign in: passwords, login sessions, one-time codes, consents."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id
from market.values.phone import Phone


class Person(Base):
    """Somebody who can sign in. The phone is a handle, not an identity: a family may share one, so it is not unique."""

    __tablename__ = "person"

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    name: Mapped[str]
    phone: Mapped[Phone | None] = mapped_column(index=True)
    password_hash: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class LoginSession(Base):
    """One signed-in phone or computer; ending the row signs it out, wherever the cookie is.

    `stepped_up_at`: when the password was last typed in it, to sign in or for what asks for it anew.
    """

    __tablename__ = "login_session"

    id: Mapped[Id]
    key_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str]
    visitor: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stepped_up_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class CodePurpose(enum.StrEnum):
    """What a one-time code lets its holder do."""

    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password
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
