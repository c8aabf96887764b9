"""A helper surveys products of their hamlets, on a phone, at the maker's."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.outreach.actions.survey import survey_product
from market.outreach.queries import survey as queries
from market.outreach.rules.survey import POTENTIAL_WORDS
from market.places.queries import hamlets_of
from market.values.period import local_day
from market.web.base.access import HamletDesk, helper_page
from market.web.base.listing import listed
from market.web.base.surveys import SurveyForm
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


@blueprint.get("/to-cong-nghe/khao-sat")
@helper_page
def helper_survey(desk: HamletDesk) -> Page:
    def read(first: int, most: int) -> list[queries.SurveyedLine]:
        return queries.surveyed_page(reading(), desk.commune_id, desk.hamlet_ids, first=first, most=most)

    lines = listed(read, "page", queries.A_PAGE)
    return render_template("stall/survey/helper_survey.html", lines=lines, potentials=POTENTIAL_WORDS)


@blueprint.route("/to-cong-nghe/khao-sat/moi", methods=["GET", "POST"])
@helper_page
def helper_survey_new(desk: HamletDesk) -> Page:
    mine = [(one.id, one.name) for one in hamlets_of(reading(), desk.commune_id) if one.id in desk.hamlet_ids]
    businesses = queries.businesses_of_hamlets(reading(), desk.commune_id, desk.hamlet_ids)
    first = {"hamlet": str(mine[0][0])} if len(mine) == 1 else {}
    form = SurveyForm.of_request(data={"surveyed_on": local_day(clock.now())} | first)
    form.offer(mine, businesses, queries.ocop_sets(reading()))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, key = form.as_new_surveyed(desk.commune_id), form.client_key.data
            if new.hamlet_id not in desk.hamlet_ids:
                raise NotFound
            with transaction() as writing:
                survey_product(writing, desk.actor, new, client_key=key, clock=clock.now)
            flash("Đã ghi vào danh mục của xã.")
            return redirect(url_for("stall.helper_survey"), 303)
    return form.page("stall/survey/helper_survey_new.html")
