"""The catalogue of products with potential: its list, a new one, one with its listing, and all as a spreadsheet."""

from flask import Response, flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.spreadsheets import XLSX
from market.base.spreadsheets.writing import workbook_of
from market.outreach.actions import ocop as ocop_actions
from market.outreach.actions import survey as actions
from market.outreach.queries import survey as queries
from market.outreach.rules.survey import POTENTIAL_WORDS
from market.sellers.queries import RegisterFilter, register
from market.values.period import format_date, local_day
from market.values.text import nfc
from market.web.base.access import OfficeDesk, office_page
from market.web.base.commune import current_commune
from market.web.base.forms import BaseForm
from market.web.base.listing import listed
from market.web.base.surveys import SurveyForm
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.views.register import hamlets_here
from market.web.office.survey.forms import LinkListingForm, WithdrawSurveyedForm
from market.web.office.survey.queries import catalogue_rows

MOST_FOUND = 20


def businesses_asked_for(desk: OfficeDesk) -> tuple[str, list[tuple[int, str]]]:
    """What the address looks for in the register, and the businesses that are so called, twenty at most: whom a form
    offers. Nothing asked for offers nobody."""
    asked = nfc(request.args.get("tim", ""))[:80]
    if not asked:
        return "", []
    found = register(reading(), desk.commune_id, RegisterFilter(text=asked)).businesses[:MOST_FOUND]
    return asked, [(one.id, f"{one.name}, {one.hamlet.name}") for one in found]


@blueprint.get("/van-phong/khao-sat")
@office_page
def survey(desk: OfficeDesk) -> Page:
    def read(first: int, most: int) -> list[queries.SurveyedLine]:
        return queries.surveyed_page(reading(), desk.commune_id, first=first, most=most)

    return render_template(
        "office/survey/survey.html",
        lines=listed(read, "page", queries.A_PAGE),
        total=queries.surveyed_count(reading(), desk.commune_id),
        potentials=POTENTIAL_WORDS,
    )


@blueprint.route("/van-phong/khao-sat/moi", methods=["GET", "POST"])
@office_page
def survey_new(desk: OfficeDesk) -> Page:
    asked, found = businesses_asked_for(desk)
    form = SurveyForm.of_request(data={"surveyed_on": local_day(clock.now())})
    form.offer(hamlets_here(desk), found, queries.ocop_sets(reading()))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, key = form.as_new_surveyed(desk.commune_id), form.client_key.data
            with transaction() as writing:
                surveyed_id = actions.survey_product(writing, desk.actor, new, client_key=key, clock=clock.now)
            flash("Đã ghi vào danh mục.")
            return redirect(url_for("office.surveyed", surveyed_id=surveyed_id), 303)
    return form.page("office/survey/survey_new.html", asked=asked, found=found)


@blueprint.get("/van-phong/khao-sat/danh-muc.xlsx")
@office_page
def survey_xlsx(desk: OfficeDesk) -> Page:
    title = f"Danh mục sản phẩm tiềm năng, {current_commune().name}, ngày {format_date(local_day(clock.now()))}"
    rows = catalogue_rows(title, queries.catalogue(reading(), desk.commune_id))
    file = workbook_of([("Danh mục", rows)])
    headers = {"Content-Disposition": 'attachment; filename="danh-muc-san-pham-tiem-nang.xlsx"'}
    return Response(file, content_type=XLSX, headers=headers)


@blueprint.get("/van-phong/khao-sat/<int:surveyed_id>")
@office_page
def surveyed(desk: OfficeDesk, surveyed_id: int) -> Page:
    return _surveyed_page(desk, surveyed_id, None, None)


def _surveyed_page(
    desk: OfficeDesk, surveyed_id: int, link: LinkListingForm | None, withdraw: WithdrawSurveyedForm | None
) -> Page:
    line = queries.surveyed_line(reading(), desk.commune_id, surveyed_id)
    form = link or _link_form(line)
    page = render_template(
        "office/survey/surveyed.html",
        line=line,
        one=line.surveyed,
        link_form=form,
        withdraw=withdraw or WithdrawSurveyedForm(),
        potentials=POTENTIAL_WORDS,
    )
    return page, 422 if link or withdraw else 200


def _link_form(line: queries.SurveyedLine) -> LinkListingForm:
    form = LinkListingForm.of_request(data={"product": str(line.surveyed.product_id or "")})
    mine = line.surveyed.business_id
    form.offer(queries.listings_of(reading(), mine) if mine else [])
    return form


@blueprint.post("/van-phong/khao-sat/<int:surveyed_id>/mon-hang")
@office_page
def surveyed_link(desk: OfficeDesk, surveyed_id: int) -> Page:
    form = _link_form(queries.surveyed_line(reading(), desk.commune_id, surveyed_id))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                actions.link_listing(
                    writing, desk.actor, desk.commune_id, surveyed_id, form.product_id, clock=clock.now
                )
            flash("Đã nối với bài đăng." if form.product_id else "Đã gỡ bài đăng.")
            return redirect(url_for("office.surveyed", surveyed_id=surveyed_id), 303)
    return _surveyed_page(desk, surveyed_id, form, None)


@blueprint.post("/van-phong/khao-sat/<int:surveyed_id>/bo")
@office_page
def surveyed_withdraw(desk: OfficeDesk, surveyed_id: int) -> Page:
    queries.surveyed_line(reading(), desk.commune_id, surveyed_id)
    form = WithdrawSurveyedForm.of_request()
    if form.submitted():
        reason = form.reason.data or ""
        with transaction() as writing:
            actions.withdraw_surveyed(writing, desk.actor, desk.commune_id, surveyed_id, reason, clock=clock.now)
        flash("Đã bỏ khỏi danh mục.")
        return redirect(url_for("office.survey"), 303)
    return _surveyed_page(desk, surveyed_id, None, form)


@blueprint.post("/van-phong/khao-sat/<int:surveyed_id>/ocop")
@office_page
def surveyed_ocop(desk: OfficeDesk, surveyed_id: int) -> Page:
    """Its path to OCOP begins: of a maker who is on the register."""
    line, form = queries.surveyed_line(reading(), desk.commune_id, surveyed_id), BaseForm.of_request()
    if line.surveyed.business_id is None:
        flash("Hộ làm ra chưa có trong sổ. Mời ghi hộ vào sổ và khảo sát lại, rồi mới đưa vào OCOP.")
        return redirect(url_for("office.surveyed", surveyed_id=surveyed_id), 303)
    new = ocop_actions.NewOcopEntry(
        commune_id=desk.commune_id,
        business_id=line.surveyed.business_id,
        name=line.surveyed.name,
        surveyed_id=surveyed_id,
    )
    with form.keeping_what_was_typed():
        with transaction() as writing:
            entry_id = ocop_actions.begin_path(writing, desk.actor, new, clock=clock.now)
        return redirect(url_for("office.ocop_entry", ocop_id=entry_id), 303)
    flash(form.refusal or "")
    return redirect(url_for("office.ocop"), 303)
