"""Businesses of the register that may be one: found, set side by side, joined, and taken apart again."""

from flask import flash, redirect, render_template, url_for

from market.adoption.actions import Joining, join_businesses, part_joined
from market.adoption.queries import merge_sides_facts, two_sides
from market.base import clock
from market.base.db import reading, transaction
from market.places.queries import hamlet_names
from market.sellers import actions, queries
from market.web.base.access import OfficeDesk, office_page
from market.web.base.forms import BaseForm
from market.web.base.listing import number_asked
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import SameBusinessForm, sides_form
from market.web.office.register.views.register import words
from market.web.office.register.words import sides_rows, taken_text


@blueprint.get("/van-phong/so-ho/co-the-trung")
@office_page
def twins(desk: OfficeDesk) -> Page:
    found = queries.pairs_that_may_be_one(reading(), desk.commune_id, page=number_asked("page"))
    return render_template("office/register/twins.html", found=found, **words())


@blueprint.post("/van-phong/so-ho/co-the-trung/<int:business_id>/<int:other_id>/la-hai")
@office_page
def twins_apart(desk: OfficeDesk, business_id: int, other_id: int) -> Page:
    with transaction() as writing:
        actions.keep_apart(writing, desk.actor, desk.commune_id, (business_id, other_id), now=clock.now())
    flash("Đã ghi là hai cơ sở. Chợ không hỏi lại về hai cơ sở này.")
    return redirect(url_for("office.twins"), 303)


@blueprint.get("/van-phong/so-ho/<int:business_id>/gop-voi")
@office_page
def business_join_find(desk: OfficeDesk, business_id: int) -> Page:
    """Which other one it is, by name: of those that nobody was asked about."""
    business, form = queries.business_of(reading(), desk.commune_id, business_id), SameBusinessForm.of_address()
    found = queries.find_in_register(reading(), desk.commune_id, form.q.data or "")
    own = queries.same_business(reading(), business_id)
    others = [one for one in found if one.id not in own]
    return render_template("office/register/business_join_find.html", business=business, form=form, others=others)


@blueprint.route("/van-phong/so-ho/<int:business_id>/gop-voi/<int:other_id>", methods=["GET", "POST"])
@office_page
def business_join(desk: OfficeDesk, business_id: int, other_id: int) -> Page:
    pair = business_id, other_id
    sides = two_sides(reading(), desk.commune_id, pair, now=clock.now())
    hamlets = hamlet_names(reading(), desk.commune_id)
    form = sides_form(sides, hamlets)
    if form.submitted():
        with form.keeping_what_was_typed():
            chosen = {name: int(value) for name, value in form.data.items()}
            asked = Joining(commune_id=desk.commune_id, pair=pair, chosen=chosen, seen=seen_given())
            with transaction() as writing:
                stays = join_businesses(writing, desk.actor, asked, clock=clock.now)
            flash("Đã gộp hai cơ sở. Gộp nhầm thì tách lại được ở dưới.")
            return redirect(url_for("office.business", business_id=stays, _anchor="gop-so"), 303)
    sides = two_sides(reading(), desk.commune_id, pair, now=clock.now())
    rows, facts = sides_rows(sides, hamlets), merge_sides_facts(sides)
    return form.page("office/register/business_join.html", sides=sides, rows=rows, facts=facts, business_id=business_id)


@blueprint.route("/van-phong/so-ho/<int:business_id>/gop-so/<int:merge_id>/tach", methods=["GET", "POST"])
@office_page
def business_part(desk: OfficeDesk, business_id: int, merge_id: int) -> Page:
    """What goes back and what stays, then the button."""
    form = BaseForm.of_request()
    merge = queries.merge_with_id(reading(), desk.commune_id, merge_id, into_id=business_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            asked = actions.Unmerging(commune_id=desk.commune_id, merge_id=merge_id, seen=seen_given())
            with transaction() as writing:
                part_joined(writing, desk.actor, asked, clock=clock.now)
            flash("Đã tách thành hai cơ sở như trước. Chợ không hỏi lại về hai cơ sở này.")
            return redirect(url_for("office.business", business_id=merge.merged_id), 303)
    shown = taken_text(merge, queries.said_before(reading(), merge), hamlet_names(reading(), desk.commune_id))
    facts = queries.unmerge_facts(merge)
    return form.page("office/register/business_part.html", merge=merge, shown=shown, facts=facts)
