"""The page that a seller leaves open beside the goods: what came in is shown large, and said aloud."""

from flask import render_template

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.payments import queries
from market.payments.rules.spoken import PHRASES, clips_of
from market.sellers.actions.authority import refuse_helper
from market.sellers.queries import live_bank_account
from market.web.base.access import StallContext, desk_of_slug, stall_page
from market.web.base.commune import current_commune
from market.web.base.stall_watch import stall_watch
from market.web.base.watching import Watch, watched
from market.web.base.web import Page, signed_in_id
from market.web.stall.blueprint import blueprint

LOUDSPEAKER = "loa"
ASKS_EVERY = 4000
"""Milliseconds: money is heard of two seconds after the market knows, on the average."""


@blueprint.get("/ban-hang/<gian>/loa")
@stall_page
def loudspeaker(desk: StallContext) -> Page:
    """For the stall's own people: a helper sees no amount, and hears none."""
    refuse_helper(desk.actor)
    if not current_commune().has_loudspeaker:
        return render_template("stall/loudspeaker/_loudspeaker_off.html", desk=desk)
    found = _announcements(desk)
    return render_template(
        "stall/loudspeaker/loudspeaker.html",
        desk=desk,
        watch=_watch(desk, found),
        look_every=ASKS_EVERY,
        announced=found,
        has_feed=_has_feed(desk),
        phrases=PHRASES,
        clips_of=clips_of,
    )


def _has_feed(desk: StallContext) -> bool:
    """Whether a provider tells of what comes in on the stall's account."""
    account = live_bank_account(reading(), desk.business_id)
    return account is not None and queries.live_feed(reading(), account.id) is not None


def _announcements(desk: StallContext) -> queries.Announcements:
    return queries.announcements(reading(), desk.stall_id, desk.commune_id, now=clock.now())


def _watch(desk: StallContext, found: queries.Announcements) -> Watch:
    """What its other pages wait for too: who leaves this one open all day sees there that an order came."""
    orders = stall_watch(desk)
    progress = (found.progress, orders.progress)
    return Watch(topic=LOUDSPEAKER, key=desk.slug, progress=progress, to_answer=orders.to_answer)


@watched(LOUDSPEAKER)
def look_at_loudspeaker(slug: str) -> Watch:
    person_id = signed_in_id()
    if person_id is None or not current_commune().has_loudspeaker:
        raise NotFound
    desk = desk_of_slug(slug, person_id)
    if desk.is_helper:
        raise NotFound
    return _watch(desk, _announcements(desk))
