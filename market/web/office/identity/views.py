"""The sellers whose accounts are not linked yet, with the days that the law names."""

from flask import render_template

from market.base import clock
from market.base.db import reading
from market.sellers.identity import connected
from market.sellers.queries.identity_links import identity_facts, identity_law, link_counts, unlinked_accounts
from market.sellers.rules.identity import LINK_WORDS
from market.values.period import day_start, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/so-ho/xac-thuc")
@office_page
def identities(desk: OfficeDesk) -> Page:
    session, now = reading(), clock.now()
    today, here = local_day(now), desk.commune_id
    law = identity_law(session, here, today)
    begins = day_start(law.link_from) if law.link_from else None
    return render_template(
        "office/identity/identities.html",
        law=law,
        begins=begins,
        facts=identity_facts(session, here, today),
        counts=link_counts(session, here, begins, now=now),
        page=listed(lambda first, most: unlinked_accounts(session, here, first=first, most=most, now=now), "page"),
        words=LINK_WORDS,
        asked=connected(),
        days_left=(law.last_day - today).days + 1 if law.last_day else 1,
    )
