"""Farming models with those who follow them, and the farm households that count, each with its proofs."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.outreach.actions import farming as actions
from market.outreach.queries import farming as queries
from market.outreach.queries.farms import farm_board, farm_standing, farms_page
from market.outreach.rules.farming import BRANCH_WORDS, CRITERION_WORDS
from market.places.queries import hamlet_names
from market.places.rules.modes import Feature
from market.sellers.queries import business_of
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.listing import listed, number_asked
from market.web.base.modes import is_allowed_here
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.farming.forms import AdoptForm, FarmFilterForm, ModelForm, PracticeForm
from market.web.office.register.views.register import hamlets_here
from market.web.office.survey.views import businesses_asked_for


@blueprint.get("/van-phong/mo-hinh")
@office_page
def models(desk: OfficeDesk) -> Page:
    def read(first: int, most: int) -> list[queries.ModelLine]:
        return queries.models_page(reading(), desk.commune_id, first=first, most=most)

    return render_template(
        "office/farming/models.html",
        lines=listed(read, "page", queries.A_PAGE),
        spread=queries.models_spread(reading(), desk.commune_id, local_day(clock.now())),
        branches=BRANCH_WORDS,
    )


@blueprint.route("/van-phong/mo-hinh/moi", methods=["GET", "POST"])
@office_page
def model_new(desk: OfficeDesk) -> Page:
    form = ModelForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new, key = form.as_new_model(desk.commune_id), form.client_key.data
            with transaction() as writing:
                model_id = actions.start_model(writing, desk.actor, new, client_key=key, clock=clock.now)
            flash("Đã ghi mô hình. Tiếp theo: ghi các hộ làm theo.")
            return redirect(url_for("office.model", model_id=model_id), 303)
    return form.page("office/farming/model_new.html")


@blueprint.get("/van-phong/mo-hinh/<int:model_id>")
@office_page
def model(desk: OfficeDesk, model_id: int) -> Page:
    return _model_page(desk, model_id, AdoptForm())


def _model_page(desk: OfficeDesk, model_id: int, form: AdoptForm) -> Page:
    found_model = queries.model_of(reading(), desk.commune_id, model_id)
    asked, found = businesses_asked_for(desk)
    form.offer(found)

    def read(first: int, most: int) -> list[queries.AdopterLine]:
        return queries.adopters_page(reading(), model_id, first=first, most=most)

    return form.page(
        "office/farming/model.html",
        model=found_model,
        line=queries.model_line(reading(), found_model),
        adopters=listed(read, "page", queries.A_PAGE),
        spread=queries.models_spread(reading(), desk.commune_id, local_day(clock.now())),
        branches=BRANCH_WORDS,
        asked=asked,
        found=found,
    )


@blueprint.post("/van-phong/mo-hinh/<int:model_id>/ho")
@office_page
def model_adopt(desk: OfficeDesk, model_id: int) -> Page:
    queries.model_of(reading(), desk.commune_id, model_id)
    form = AdoptForm.of_request()
    _asked, found = businesses_asked_for(desk)
    form.offer(found)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_adoption(desk.commune_id, model_id)
            with transaction() as writing:
                actions.adopt_model(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi hộ làm theo mô hình.")
            return redirect(url_for("office.model", model_id=model_id), 303)
    return _model_page(desk, model_id, form)


@blueprint.post("/van-phong/mo-hinh/<int:model_id>/ho/<int:adopter_id>/thoi")
@office_page
def model_leave(desk: OfficeDesk, model_id: int, adopter_id: int) -> Page:
    with transaction() as writing:
        actions.leave_model(writing, desk.actor, desk.commune_id, model_id, adopter_id, clock=clock.now)
    flash("Đã ghi hộ thôi làm theo, từ hôm nay.")
    return redirect(url_for("office.model", model_id=model_id), 303)


@blueprint.post("/van-phong/mo-hinh/<int:model_id>/thoi")
@office_page
def model_end(desk: OfficeDesk, model_id: int) -> Page:
    with transaction() as writing:
        actions.end_model(writing, desk.actor, desk.commune_id, model_id, clock=clock.now)
    flash("Đã cho mô hình thôi. Từ hôm nay không tính.")
    return redirect(url_for("office.model", model_id=model_id), 303)


@blueprint.get("/van-phong/ho-nong-dan")
@heavy
@office_page
def farms(desk: OfficeDesk) -> Page:
    form = FarmFilterForm(request.args)
    form.offer(hamlets_here(desk))
    board = farm_board(reading(), desk.commune_id, known_at=clock.now())
    return render_template(
        "office/farming/farms.html",
        form=form,
        board=board,
        takes_orders=is_allowed_here(Feature.ORDERS),
        found=farms_page(reading(), board, form.as_filter(), number_asked("page")),
        criteria=CRITERION_WORDS,
        hamlets=hamlet_names(reading(), desk.commune_id),
        asked={name: value for name, value in request.args.items() if value and name != "page"},
    )


@blueprint.get("/van-phong/ho-nong-dan/<int:business_id>")
@heavy
@office_page
def farm(desk: OfficeDesk, business_id: int) -> Page:
    return _farm_page(desk, business_id, PracticeForm())


def _farm_page(desk: OfficeDesk, business_id: int, form: PracticeForm) -> Page:
    business = business_of(reading(), desk.commune_id, business_id)
    board = farm_board(reading(), desk.commune_id, known_at=clock.now())
    standing = farm_standing(reading(), board, business_id) if business_id in board.farms else None
    return form.page(
        "office/farming/farm.html",
        business=business,
        standing=standing,
        practices=queries.practices_of(reading(), business_id),
        criteria=CRITERION_WORDS,
    )


@blueprint.post("/van-phong/ho-nong-dan/<int:business_id>/thong-minh")
@office_page
def farm_practice(desk: OfficeDesk, business_id: int) -> Page:
    business_of(reading(), desk.commune_id, business_id)
    form = PracticeForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_practice(desk.commune_id, business_id)
            with transaction() as writing:
                actions.record_practice(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi. Hộ được tính từ hôm nay, có bằng chứng kèm theo.")
            return redirect(url_for("office.farm", business_id=business_id), 303)
    return _farm_page(desk, business_id, form)


@blueprint.post("/van-phong/ho-nong-dan/<int:business_id>/thong-minh/<int:practice_id>/thoi")
@office_page
def farm_practice_end(desk: OfficeDesk, business_id: int, practice_id: int) -> Page:
    with transaction() as writing:
        actions.end_practice(writing, desk.actor, desk.commune_id, business_id, practice_id, clock=clock.now)
    flash("Đã ghi hộ thôi, từ hôm nay.")
    return redirect(url_for("office.farm", business_id=business_id), 303)
