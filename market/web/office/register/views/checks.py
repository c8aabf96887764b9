"""The register's yearly look, as the office sees it: whom nobody has seen yet, who was seen, what is to be written."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.sellers.queries import ChecksAsked, ChecksShown
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.checking import CheckForm, Looked
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.views.register import hamlets_here, words


@blueprint.get("/van-phong/so-ho/ra-soat")
@office_page
def checks(desk: OfficeDesk) -> Page:
    """Of one hamlet or of all; how far each is stands above."""
    year, hamlet = queries.year_of(local_day(clock.now())), request.args.get("thon", type=row_number)
    asked = ChecksAsked(commune_id=desk.commune_id, year=year, hamlet_ids=None if hamlet is None else [hamlet])
    return render_template(
        "office/register/checks.html",
        year=year.start.year,
        hamlet=hamlet,
        shown=(shown := _shown()),
        rows=checks_page(asked, shown),
        progress=queries.progress_of(reading(), ChecksAsked(commune_id=desk.commune_id, year=year)),
        **check_words(),
        **words(),
    )


def _shown() -> ChecksShown:
    """Anything else asks for those that nobody has seen."""
    asked = request.args.get("xem", "")
    return ChecksShown(asked) if asked in set(ChecksShown) else ChecksShown.LEFT


def checks_page(asked: ChecksAsked, shown: ChecksShown) -> object:
    """The page of the list that is asked for."""
    if shown is ChecksShown.LEFT:
        return listed(lambda first, most: queries.businesses_to_check(reading(), asked, first=first, most=most), "page")
    is_open = shown is ChecksShown.OPEN
    return listed(
        lambda first, most: queries.checks_made(reading(), asked, only_open=is_open, first=first, most=most), "page"
    )


def check_words() -> dict[str, object]:
    return {"finding_text": queries.finding_text, "check_facts": queries.check_facts}


@blueprint.post("/van-phong/so-ho/<int:business_id>/ra-soat/van-con")
@office_page
def check_still(desk: OfficeDesk, business_id: int) -> Page:
    with transaction() as writing:
        found = Looked(commune_id=desk.commune_id, business_id=business_id).still_there
        actions.record_check(writing, desk.actor, found, clock=clock.now)
    return redirect(_list_again(), 303)


def _list_again() -> str:
    """The list that was left, of the same hamlet."""
    return url_for("office.checks", thon=request.form.get("thon", type=row_number))


@blueprint.route("/van-phong/so-ho/<int:business_id>/ra-soat", methods=["GET", "POST"])
@office_page
def check_other(desk: OfficeDesk, business_id: int) -> Page:
    business, form = queries.business_of(reading(), desk.commune_id, business_id), CheckForm.of_request()
    form.offer(hamlets_here(desk), business.hamlet_id)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_check(Looked(commune_id=desk.commune_id, business_id=business_id))
            with transaction() as writing:
                actions.record_check(writing, desk.actor, new, clock=clock.now)
            flash(f"Đã ghi kết quả rà soát {business.name}.")
            return redirect(url_for("office.checks", thon=business.hamlet_id), 303)
    stall = queries.stall_of_business(reading(), business_id)
    return form.page("office/register/check_other.html", business=business, stall=stall)


@blueprint.post("/van-phong/so-ho/ra-soat/<int:check_id>/ghi")
@office_page
def check_write(desk: OfficeDesk, check_id: int) -> Page:
    queries.check_with_id(reading(), desk.commune_id, check_id)
    shown = actions.SeenCheck(commune_id=desk.commune_id, check_id=check_id, seen=seen_given())
    with transaction() as writing:
        actions.write_check(writing, desk.actor, shown, clock=clock.now)
    flash("Đã ghi vào sổ, lịch sử vẫn giữ.")
    return redirect(url_for("office.checks", xem=ChecksShown.OPEN.value), 303)


@blueprint.post("/van-phong/so-ho/ra-soat/<int:check_id>/xong")
@office_page
def check_settle(desk: OfficeDesk, check_id: int) -> Page:
    with transaction() as writing:
        actions.settle_check(writing, desk.actor, desk.commune_id, check_id, now=clock.now())
    flash("Đã xem xong, sổ giữ nguyên.")
    return redirect(url_for("office.checks", xem=ChecksShown.OPEN.value), 303)
