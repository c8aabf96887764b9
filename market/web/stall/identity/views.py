"""A seller's electronic identity: where it stands, until when goods go up without it, one button."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotAllowed, Refused
from market.sellers.actions.identity import ask_link
from market.sellers.identity import IDENTITY_PROVIDERS, connected
from market.sellers.publishing import Publisher, publishing_right
from market.sellers.queries import verification_of
from market.sellers.queries.identity_links import identity_facts, identity_law, link_standing, member_at
from market.sellers.rules.identity import LINK_WORDS
from market.values.period import local_day
from market.web.base.access import StallContext, stall_page
from market.web.base.web import Page, require_person
from market.web.stall.blueprint import blueprint


@blueprint.get("/ban-hang/<gian>/xac-thuc")
@stall_page
def identity(desk: StallContext) -> Page:
    session, now = reading(), clock.now()
    today, member = local_day(now), member_at(session, desk.business_id, require_person())
    standing = link_standing(session, member.id, now=now) if member else None
    who = Publisher(commune_id=desk.commune_id, business_id=desk.business_id, person_id=require_person())
    provider = IDENTITY_PROVIDERS.get(standing.provider) if standing else None
    return render_template(
        "stall/identity/identity.html",
        desk=desk,
        standing=standing,
        words=LINK_WORDS,
        provider=provider,
        asked=connected(),
        right=publishing_right(session, who, now=now),
        law=identity_law(session, desk.commune_id, today),
        facts=identity_facts(session, desk.commune_id, today),
        paper=verification_of(session, desk.business_id),
        today=today,
    )


@blueprint.post("/ban-hang/<gian>/xac-thuc")
@stall_page
def identity_ask(desk: StallContext) -> Page:
    """Ask the provider. Nobody does that for another person."""
    if desk.is_helper:
        raise NotAllowed(
            "owner_only", "Chủ tài khoản tự xác thực trên điện thoại của mình. Bạn ngồi cạnh chỉ giúp thôi."
        )
    asked = connected()
    if asked is None:
        raise Refused("not_connected", "Chợ xã chưa kết nối xác thực điện tử nên chưa gửi gì đi. Mời xem lại sau.")
    with transaction() as writing:
        ask_link(writing, desk.actor, desk.business_id, asked.provider.name, clock=clock.now)
    flash("Đã ghi yêu cầu. Trang này hiện bước tiếp theo.")
    return redirect(url_for("stall.identity", gian=desk.slug), 303)
