"""The register of the commune's businesses: its list, and what is written in it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from market.base import clock
from market.base.db import reading, transaction
from market.places.queries import hamlet_of_today, hamlets_of
from market.sellers import actions, queries
from market.sellers.models import Business
from market.sellers.rules import KIND_WORDS, STATUS_WORDS
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.listing import number_asked
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import BusinessForm, NewBusinessForm, RegisterFilterForm


@blueprint.get("/van-phong/so-ho")
@office_page
def register(desk: OfficeDesk) -> Page:
    form = RegisterFilterForm(_as_of_today(request.args))
    form.offer(hamlets_here(desk))
    wanted = form.as_filter(number_asked("page"))
    found = queries.register(reading(), desk.commune_id, wanted)
    asked = {name: value for name, value in request.args.items() if value and name != "page"}
    return render_template("office/register/register.html", form=form, found=found, asked=asked, **words())


def _as_of_today(asked: MultiDict[str, str]) -> MultiDict[str, str]:
    """An address that narrows the register to a hamlet that was merged asks for the one of which it is a part now."""
    hamlet = asked.get("hamlet", type=row_number)
    return MultiDict(asked | {"hamlet": str(hamlet_of_today(reading(), hamlet))}) if hamlet else asked


def hamlets_here(desk: OfficeDesk) -> list[tuple[int, str]]:
    return [(hamlet.id, hamlet.name) for hamlet in hamlets_of(reading(), desk.commune_id)]


def words() -> dict[str, object]:
    return {"kinds": KIND_WORDS, "statuses": STATUS_WORDS}


@blueprint.route("/van-phong/so-ho/moi", methods=["GET", "POST"])
@office_page
def business_new(desk: OfficeDesk) -> Page:
    form = NewBusinessForm.of_request(data={"valid_from": local_day(clock.now())})
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, key = form.as_new_business(desk.commune_id), form.client_key.data
            with transaction() as writing:
                business_id = actions.add_business(writing, desk.actor, new, client_key=key, now=clock.now())
            flash("Đã ghi vào sổ.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    return form.page("office/register/business_new.html")


@blueprint.route("/van-phong/so-ho/<int:business_id>/sua", methods=["GET", "POST"])
@office_page
def business_edit(desk: OfficeDesk, business_id: int) -> Page:
    business = queries.business_of(reading(), desk.commune_id, business_id)
    form = BusinessForm.of_request(data=_as_typed(business))
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, seen = form.as_new_business(desk.commune_id), seen_given()
            with transaction() as writing:
                changed = actions.edit_business(writing, desk.actor, business_id, new, seen=seen, clock=clock.now)
            flash("Đã sửa sổ, lịch sử vẫn giữ." if changed else "Không có gì thay đổi.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    facts = queries.business_facts(business)
    return form.page("office/register/business_edit.html", business=business, facts=facts)


def _as_typed(business: Business) -> dict[str, object]:
    kept = {name: getattr(business, name) for name in ("name", "owner_name", "phone", "tax_id", "trade", "address")}
    chosen = {"kind": business.kind.value, "status": business.status.value, "hamlet": business.hamlet_id}
    return kept | chosen | {"valid_from": local_day(clock.now())}
