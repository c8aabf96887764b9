"""Góp ý: the box, what was published, and one's own by its code."""

from flask import flash, redirect, render_template, request, session, url_for

from market.base import clock
from market.base.attempts import count_try, given_back_if_refused
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.feedback.actions.brakes import SEND
from market.feedback.actions.ideas import send_idea, set_wish
from market.feedback.models import Idea
from market.feedback.queries.ideas import facts_of_idea, idea_by_code, ideas_sent_by, published_ideas
from market.feedback.rules.ideas import parse_idea_code
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.following import followed
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page, signed_in_id
from market.web.shop.blueprint import blueprint
from market.web.shop.ideas.forms import IdeaForm

JUST_SENT = "gop_y_moi"
"""The code that was just given out: shown large once."""


@blueprint.get("/gop-y")
def ideas() -> Page:
    return _page(IdeaForm())


@blueprint.post("/gop-y")
def idea_send() -> Page:
    form = IdeaForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed(), given_back_if_refused(count_try(SEND, caller=caller())):
            with transaction() as writing:
                code = send_idea(writing, form.as_new(current_commune().id, signed_in_id()), clock=clock.now)
            session[JUST_SENT] = code
            return redirect(url_for("shop.idea", idea_code=code), 303)
    return _page(form)


def _page(form: IdeaForm) -> tuple[str, int]:
    commune_id, person_id = current_commune().id, signed_in_id()
    page = listed(lambda first, most: published_ideas(reading(), commune_id, first, most), "page")
    own = ideas_sent_by(reading(), commune_id, person_id) if person_id else ()
    return form.page("shop/ideas/ideas.html", ideas=page, own=own, is_signed_in=person_id is not None)


@blueprint.get("/gop-y/tra")
def idea_find() -> Page:
    return redirect(url_for("shop.idea", idea_code=_followed(request.args.get("ma", "")).code), 303)


def _followed(typed: str) -> Idea:
    commune_id = current_commune().id
    return followed(typed, parse_idea_code, lambda code: idea_by_code(reading(), commune_id, code))


@blueprint.get("/gop-y/<idea_code>")
def idea(idea_code: str) -> Page:
    return _idea_page(_followed(idea_code))


def _idea_page(found: Idea, refused: Refused | None = None) -> str:
    is_new = session.get(JUST_SENT) == found.code
    if is_new:
        session.pop(JUST_SENT)
    facts = facts_of_idea(found)
    return render_template("shop/ideas/idea.html", idea=found, facts=facts, is_new=is_new, refused=refused)


@blueprint.post("/gop-y/<idea_code>/cho-dang")
def idea_wish(idea_code: str) -> Page:
    return _wished(idea_code, may_publish=True, said="Đã ghi: xã xem rồi có thể đăng góp ý này.")


@blueprint.post("/gop-y/<idea_code>/thoi-dang")
def idea_unwish(idea_code: str) -> Page:
    return _wished(idea_code, may_publish=False, said="Đã ghi: góp ý này không đăng nữa.")


def _wished(idea_code: str, *, may_publish: bool, said: str) -> Page:
    found = _followed(idea_code)
    try:
        with transaction() as writing:
            which = found.commune_id, found.code, seen_given()
            set_wish(writing, *which, may_publish=may_publish, clock=clock.now)
    except Refused as error:
        reading().expire_all()
        return _idea_page(_followed(idea_code), error), error.status
    flash(said)
    return redirect(url_for("shop.idea", idea_code=found.code), 303)
