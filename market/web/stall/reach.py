"""How far the helper of a page sees."""

from market.base import clock
from market.sellers.queries import Reach
from market.values.period import local_day
from market.web.base.access import HamletDesk


def reach_of(desk: HamletDesk) -> Reach:
    today = local_day(clock.now())
    return Reach(commune_id=desk.commune_id, hamlet_ids=desk.hamlet_ids, helper_id=desk.person_id, today=today)
