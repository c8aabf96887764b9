"""One business of the register: its history, people, verification, papers and mandates."""

from flask import flash, redirect, render_template, url_for

from market.adoption.queries import accounts_elsewhere, platform_words
from market.base import clock
from market.base.db import reading, transaction
from market.places.queries import hamlet_names
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import CertificateForm, PaperMandateForm
from market.web.office.register.views.register import words


@blueprint.get("/van-phong/so-ho/<int:business_id>")
@office_page
def business(desk: OfficeDesk, business_id: int) -> Page:
    return _business_page(desk, business_id)


def _business_page(
    desk: OfficeDesk, business_id: int, *, paper: CertificateForm | None = None, mandate: PaperMandateForm | None = None
) -> Page:
    """The business; 422 with what was typed where one of its two forms was wrong."""
    today = local_day(clock.now())
    verifications = queries.verifications_of(reading(), business_id)
    page = render_template(
        "office/register/business.html",
        business=queries.business_of(reading(), desk.commune_id, business_id),
        today=today,
        stall=queries.stall_of_business(reading(), business_id),
        members=queries.members_of(reading(), business_id),
        verification=next((one for one in verifications if one.is_in_force), None),
        ended_verifications=[one for one in verifications if one.ended_at],
        history=queries.history_of(reading(), business_id),
        hamlets=hamlet_names(reading(), desk.commune_id),
        accounts=accounts_elsewhere(reading(), business_id),
        platforms=platform_words(),
        certificates=queries.certificates_of(reading(), business_id),
        mandates=queries.mandates_of_business(reading(), business_id),
        paper_form=paper or CertificateForm(),
        mandate_form=mandate or _mandate_form(desk),
        **words(),
    )
    return page, 422 if paper or mandate else 200


def _mandate_form(desk: OfficeDesk) -> PaperMandateForm:
    form = PaperMandateForm.of_request()
    holders = queries.post_holders(reading(), desk.commune_id, PostRole.HELPER, local_day(clock.now()))
    form.offer({holder.person.id: holder.person.name for holder in holders}.items())
    return form


@blueprint.post("/van-phong/so-ho/<int:business_id>/giay")
@office_page
def certificate_add(desk: OfficeDesk, business_id: int) -> Page:
    queries.business_of(reading(), desk.commune_id, business_id)
    form = CertificateForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_certificate(desk.commune_id, business_id)
            with transaction() as writing:
                actions.record_certificate(writing, desk.actor, new, now=clock.now())
            flash("Đã ghi giấy chứng nhận. Giấy hiện ở gian hàng và trang tem cho tới ngày hết hạn.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    return _business_page(desk, business_id, paper=form)


@blueprint.post("/van-phong/so-ho/<int:business_id>/uy-quyen")
@office_page
def mandate_add(desk: OfficeDesk, business_id: int) -> Page:
    queries.business_of(reading(), desk.commune_id, business_id)
    form = _mandate_form(desk)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_mandate(business_id, local_day(clock.now()))
            with transaction() as writing:
                actions.grant_mandate(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi ủy quyền theo giấy.")
            return redirect(url_for("office.business", business_id=business_id, _anchor="uy-quyen"), 303)
    return _business_page(desk, business_id, mandate=form)
