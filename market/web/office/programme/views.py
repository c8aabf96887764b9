"""What of the plan's work in the field stands where, and the goods that stand for the commune."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.outreach.actions import signature as actions
from market.outreach.queries import signature as queries
from market.outreach.queries.classes import class_year, limits_on
from market.outreach.queries.farming import models_spread
from market.outreach.queries.farms import farm_board
from market.outreach.queries.survey import surveyed_count
from market.outreach.rules.signature import SIGNATURE_WORDS, SignatureStanding
from market.places.queries import number_on
from market.places.rules.modes import Feature
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.listing import listed
from market.web.base.listing_numbers import listing_number
from market.web.base.modes import is_allowed_here
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.programme.forms import BrandForm, ChooseForm, TrademarkForm


@blueprint.get("/van-phong/chuong-trinh")
@heavy
@office_page
def programme(desk: OfficeDesk) -> Page:
    now = clock.now()
    today = local_day(now)
    limits = limits_on(reading(), desk.commune_id, today)
    signatures = queries.signatures_page(reading(), desk.commune_id, known_at=now)
    return render_template(
        "office/programme/programme.html",
        farms=farm_board(reading(), desk.commune_id, known_at=now),
        signatures=signatures,
        proofs=SIGNATURE_WORDS,
        target=number_on(reading(), desk.commune_id, "kpi.target.products", today),
        spread=models_spread(reading(), desk.commune_id, today),
        year=class_year(reading(), desk.commune_id, today, limits),
        limits=limits,
        surveyed=surveyed_count(reading(), desk.commune_id),
    )


@blueprint.route("/van-phong/dac-trung", methods=["GET", "POST"])
@office_page
def signatures(desk: OfficeDesk) -> Page:
    form = ChooseForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            product_id = listing_number(form.product.data) or 0
            with transaction() as writing:
                signature_id = actions.choose_signature(
                    writing, desk.actor, desk.commune_id, product_id, clock=clock.now
                )
            flash("Đã chọn. Ghi thương hiệu và nhãn hiệu ở đây; tem và đơn bán chợ tự tìm.")
            return redirect(url_for("office.signature", signature_id=signature_id), 303)

    def read(first: int, most: int) -> list[SignatureStanding]:
        return queries.signatures_page(reading(), desk.commune_id, known_at=clock.now(), first=first, most=most)

    return form.page(
        "office/programme/signatures.html", lines=listed(read, "page", queries.A_PAGE), proofs=SIGNATURE_WORDS
    )


@blueprint.get("/van-phong/dac-trung/<int:signature_id>")
@office_page
def signature(desk: OfficeDesk, signature_id: int) -> Page:
    return _signature_page(desk, signature_id, None, None)


def _signature_page(desk: OfficeDesk, signature_id: int, brand: BrandForm | None, mark: TrademarkForm | None) -> Page:
    now = clock.now()
    chosen = queries.signature_of(reading(), desk.commune_id, signature_id)
    filled = {"brand": chosen.brand, "brand_on": chosen.brand_on, "proof": chosen.brand_proof}
    papers = queries.trademark_papers(reading(), desk.commune_id, local_day(now))
    mark_form = mark or TrademarkForm(data={"paper": str(chosen.trademark_id or "")})
    mark_form.offer(papers)
    page = render_template(
        "office/programme/signature.html",
        chosen=chosen,
        takes_orders=is_allowed_here(Feature.ORDERS),
        standing=queries.standing_of(reading(), chosen, known_at=now),
        brand_form=brand or BrandForm(data=filled),
        mark_form=mark_form,
        papers=papers,
        proofs=SIGNATURE_WORDS,
    )
    return page, 422 if brand or mark else 200


@blueprint.post("/van-phong/dac-trung/<int:signature_id>/thuong-hieu")
@office_page
def signature_brand(desk: OfficeDesk, signature_id: int) -> Page:
    queries.signature_of(reading(), desk.commune_id, signature_id)
    form = BrandForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            seen = form.as_brand(desk.commune_id, signature_id)
            with transaction() as writing:
                actions.note_brand(writing, desk.actor, seen, clock=clock.now)
            flash("Đã ghi thương hiệu.")
            return redirect(url_for("office.signature", signature_id=signature_id), 303)
    return _signature_page(desk, signature_id, form, None)


@blueprint.post("/van-phong/dac-trung/<int:signature_id>/nhan-hieu")
@office_page
def signature_trademark(desk: OfficeDesk, signature_id: int) -> Page:
    queries.signature_of(reading(), desk.commune_id, signature_id)
    form = TrademarkForm.of_request()
    form.offer(queries.trademark_papers(reading(), desk.commune_id, local_day(clock.now())))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                actions.note_trademark(
                    writing, desk.actor, desk.commune_id, signature_id, int(form.paper.data), clock=clock.now
                )
            flash("Đã ghi nhãn hiệu bảo hộ.")
            return redirect(url_for("office.signature", signature_id=signature_id), 303)
    return _signature_page(desk, signature_id, None, form)
