"""The stories of a business, for its own people: what the commune would tell of them, and their word on it."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.feedback.actions.stories import give_story_consent, withdraw_story_consent
from market.feedback.queries.stories import facts_of_story, holding_consent, stories_of_business, story_of_business
from market.sellers.actions.authority import refuse_helper
from market.web.base.access import StallContext, stall_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


@blueprint.get("/ban-hang/<gian>/chuyen")
@stall_page
def stories(desk: StallContext) -> Page:
    return _page(desk)


def _page(desk: StallContext, refused: Refused | None = None) -> str:
    told = []
    for one in stories_of_business(reading(), desk.business_id):
        consent = holding_consent(reading(), one.id)
        told.append((one, facts_of_story(reading(), one), consent is not None and consent.digest == one.digest))
    return render_template("stall/stories/stories.html", desk=desk, stories=told, refused=refused)


@blueprint.post("/ban-hang/<gian>/chuyen/<int:story_id>/dong-y")
@stall_page
def story_agree(desk: StallContext, story_id: int) -> Page:
    refuse_helper(desk.actor)
    story_of_business(reading(), desk.business_id, story_id)
    try:
        with transaction() as writing:
            give_story_consent(writing, desk.actor, desk.business_id, story_id, seen_given(), clock=clock.now)
    except Refused as error:
        reading().expire_all()
        return _page(desk, error), error.status
    flash("Đã ghi bạn đồng ý. Đổi ý lúc nào cũng được: bấm Rút lại là trang gỡ ngay.")
    return redirect(url_for("stall.stories", gian=desk.slug), 303)


@blueprint.post("/ban-hang/<gian>/chuyen/<int:story_id>/rut")
@stall_page
def story_withdraw(desk: StallContext, story_id: int) -> Page:
    refuse_helper(desk.actor)
    story_of_business(reading(), desk.business_id, story_id)
    try:
        with transaction() as writing:
            withdraw_story_consent(writing, desk.actor, desk.business_id, story_id, clock=clock.now)
    except Refused as error:
        return _page(desk, error), error.status
    flash("Đã gỡ. Không ai đọc được chuyện này nữa.")
    return redirect(url_for("stall.stories", gian=desk.slug), 303)
