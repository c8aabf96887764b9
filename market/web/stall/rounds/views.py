"""The register's yearly look, as a helper makes it in their hamlets: one tap for who is still there."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.places.queries import hamlets_of
from market.sellers import actions, queries
from market.sellers.models import Business
from market.sellers.queries import ChecksAsked
from market.values.period import local_day
from market.web.base.access import HamletDesk, helper_page
from market.web.base.checking import CheckForm, Looked
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


@blueprint.get("/to-cong-nghe/ra-soat")
@helper_page
def rounds(desk: HamletDesk) -> Page:
    """Who is left in the helper's hamlets, or who was seen."""
    year, is_done = queries.year_of(local_day(clock.now())), request.args.get("xem") == "roi"
    asked = ChecksAsked(commune_id=desk.commune_id, year=year, hamlet_ids=desk.hamlet_ids)
    left = (
        None
        if is_done
        else listed(lambda first, most: queries.businesses_to_check(reading(), asked, first=first, most=most), "page")
    )
    done = (
        listed(
            lambda first, most: queries.checks_made(reading(), asked, only_open=False, first=first, most=most), "page"
        )
        if is_done
        else None
    )
    return render_template(
        "stall/rounds/rounds.html",
        year=year.start.year,
        left=left,
        done=done,
        progress=queries.progress_of(reading(), asked),
        finding_text=queries.finding_text,
    )


@blueprint.post("/to-cong-nghe/ra-soat/<int:business_id>/van-con")
@helper_page
def round_still(desk: HamletDesk, business_id: int) -> Page:
    with transaction() as writing:
        actions.record_check(writing, desk.actor, _looked(desk, business_id).still_there, clock=clock.now)
    return redirect(url_for("stall.rounds"), 303)


def _looked(desk: HamletDesk, business_id: int) -> Looked:
    return Looked(commune_id=desk.commune_id, business_id=business_id, hamlet_ids=desk.hamlet_ids)


@blueprint.route("/to-cong-nghe/ra-soat/<int:business_id>", methods=["GET", "POST"])
@helper_page
def round_other(desk: HamletDesk, business_id: int) -> Page:
    """What is not as the register says: the office reads it and writes it down."""
    business, form = _of_hamlet(desk, business_id), CheckForm.of_request()
    form.offer([(one.id, one.name) for one in hamlets_of(reading(), desk.commune_id)], business.hamlet_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_check(_looked(desk, business_id))
            with transaction() as writing:
                actions.record_check(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi lại cho xã. Cán bộ xem rồi mới sửa sổ.")
            return redirect(url_for("stall.rounds"), 303)
    return form.page("stall/rounds/round_other.html", business=business)


def _of_hamlet(desk: HamletDesk, business_id: int) -> Business:
    """NotFound outside the helper's hamlets."""
    business = queries.business_of(reading(), desk.commune_id, business_id)
    if business.hamlet_id not in desk.hamlet_ids:
        raise NotFound
    return business
