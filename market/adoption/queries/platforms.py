"""The platforms on which businesses have accounts and sell, what people call each, and the accounts that were seen."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.base.errors import NotFound
from market.channels.formats import labels

OWN_PLATFORM = "cho_so"
WITHOUT_FILES = {"postmart": "Postmart", "voso": "Voso"}
"""Those of which the market fills no file; one that gets a format takes its label from there."""


def platform_words() -> Mapping[str, str]:
    return {OWN_PLATFORM: "Chợ số"} | WITHOUT_FILES | labels()


def accounts_elsewhere(session: Session, business_id: int, *, first: int, most: int) -> Sequence[PlatformAccount]:
    """A business's accounts on other platforms, those in use first, then the newest: from the `first` on, at most so
    many."""
    query = select(PlatformAccount).where(PlatformAccount.business_id == business_id)
    in_order = query.order_by(PlatformAccount.ended_at.is_not(None), PlatformAccount.id.desc())
    return session.scalars(in_order.offset(first).limit(most)).all()


def account_with_id(session: Session, business_id: int, account_id: int) -> PlatformAccount:
    """An account of a business; NotFound for another's."""
    account = session.get(PlatformAccount, account_id)
    if account is None or account.business_id != business_id:
        raise NotFound
    return account
