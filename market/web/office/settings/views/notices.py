"""How word leaves the commune's market: what it costs, whom it did not reach, which orders nobody answers."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select

from market.base import clock
from market.base.db import reading
from market.notices.queries import Unreached, paid_this_month, unreached_businesses
from market.notices.routing import usable
from market.notices.senders import ZALO, missing_for
from market.notices.zalo_tokens import trouble_of
from market.orders.queries.reminders import orders_to_call
from market.sellers.models import Business
from market.sellers.queries import businesses_named
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed, part_of
from market.web.base.web import Page
from market.web.office.blueprint import blueprint

A_PAGE = 20


@blueprint.get("/van-phong/cai-dat/tin-bao")
@office_page
def notices(desk: OfficeDesk) -> Page:
    now, session = clock.now(), reading()

    def unreached(first: int, most: int) -> Sequence[Unreached]:
        return unreached_businesses(session, desk.commune_id, now=now, first=first, most=most)

    ours = select(Business.id).where(Business.commune_id == desk.commune_id)
    orders = part_of(orders_to_call(session, desk.commune_id, ours, now=now), "don", A_PAGE)
    missed = listed(unreached, "page", A_PAGE)
    ids = {one.business_id for one in orders.rows} | {one.business_id for one in missed.rows}
    return render_template(
        "office/settings/notices.html",
        ways=usable(session, desk.commune_id, local_day(now)),
        trouble=None if missing_for(ZALO) else trouble_of(session, now=now),
        spent=paid_this_month(session, desk.commune_id, now=now),
        orders=orders,
        missed=missed,
        businesses=businesses_named(session, desk.commune_id, ids),
    )
