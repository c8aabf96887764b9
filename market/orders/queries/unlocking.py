"""How often somebody tried to open an order by the digits of a phone."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import SignInAttempt
from market.base.errors import Refused
from market.base.secrets import vault
from market.orders.rules import MOST_UNLOCKS, MOST_UNLOCKS_A_DAY, UNLOCK_WITHIN


def unlock_digest(order_id: int) -> str:
    """The name under which the tries at one order are kept."""
    return vault().digest("order-unlock", str(order_id))


def refuse_too_many_unlocks(session: Session, order_id: int, *, now: datetime) -> None:
    """Refused when this order was tried too often, from wherever: four digits are soon guessed."""
    failed = SignInAttempt.phone_digest == unlock_digest(order_id), ~SignInAttempt.succeeded
    of_late = func.count().filter(SignInAttempt.at > now - UNLOCK_WITHIN)
    query = select(of_late, func.count()).where(*failed, SignInAttempt.at > now - timedelta(days=1))
    late, day = session.execute(query).one()
    if late >= MOST_UNLOCKS or day >= MOST_UNLOCKS_A_DAY:
        raise Refused("Đơn này vừa bị thử sai nhiều lần. Mời chờ 15 phút, hoặc gọi người bán.")
