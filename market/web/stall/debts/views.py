"""Mua chịu: who owes the stall, one of them, and what was paid off. The stall's own people alone open it."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.payments.actions import add_debt, pay_off, take_back_debt
from market.payments.queries.debts import (
    PAGE,
    Owing,
    count_rows,
    debt_rows,
    debtor_of_line,
    debtor_of_stall,
    debtors_of,
    debts_in_all,
    facts_of_debt,
)
from market.places.rules.modes import Feature
from market.values.money import format_dong
from market.values.paging import ListPage
from market.web.base.access import StallContext, stall_page
from market.web.base.listing import number_asked
from market.web.base.modes import needs
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.debts.forms import DebtForm, PaidOffForm
from market.web.stall.money.access import of_owners


@blueprint.get("/ban-hang/<gian>/tien/mua-chiu")
@stall_page
@of_owners
def debts(desk: StallContext) -> Page:
    in_all = debts_in_all(reading(), desk.stall_id)
    page = ListPage(total=in_all.people, size=PAGE, asked=number_asked("page"))
    owing = page.with_rows(debtors_of(reading(), desk.stall_id, page))
    return render_template("stall/debts/debts.html", desk=desk, in_all=in_all, owing=owing)


@blueprint.route("/ban-hang/<gian>/tien/mua-chiu/ghi", methods=["GET", "POST"])
@stall_page
@of_owners
@needs(Feature.ORDERS)
def debt_new(desk: StallContext) -> Page:
    """What somebody took on credit without an order."""
    form = DebtForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                debtor_id = add_debt(writing, desk.actor, desk.stall_id, form.as_new_debt(), clock=clock.now)
            flash(f"Đã ghi {form.name.data} nợ thêm {format_dong(form.amount.data)}.")
            return redirect(url_for("stall.debt", gian=desk.slug, debtor_id=debtor_id), 303)
    return form.page("stall/debts/debt_new.html", desk=desk)


@blueprint.route("/ban-hang/<gian>/tien/mua-chiu/<int:debtor_id>", methods=["GET", "POST"])
@stall_page
@of_owners
def debt(desk: StallContext, debtor_id: int) -> Page:
    """What one of them owes, and the field in which what they pay off is written."""
    debtor, form = debtor_of_stall(reading(), desk.stall_id, debtor_id), PaidOffForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            paid = form.as_paid_off(debtor_id, seen_given())
            with transaction() as writing:
                left = pay_off(writing, desk.actor, desk.stall_id, paid, clock=clock.now)
            rest = f"còn nợ {format_dong(left)}" if left else "đã hết nợ"
            flash(f"Đã ghi {debtor.name} trả {format_dong(paid.amount)}, {rest}.")
            return redirect(url_for("stall.debt", gian=desk.slug, debtor_id=debtor_id), 303)
    return _page(desk, debtor_of_stall(reading(), desk.stall_id, debtor_id), form)


def _page(desk: StallContext, debtor: Owing, form: PaidOffForm) -> tuple[str, int]:
    page = ListPage(total=count_rows(reading(), debtor.debtor_id), size=PAGE, asked=number_asked("page"))
    return form.page(
        "stall/debts/debt.html",
        desk=desk,
        debtor=debtor,
        rows=page.with_rows(debt_rows(reading(), debtor.debtor_id, page)),
        to_pay_off=facts_of_debt(debtor.owed),
    )


@blueprint.post("/ban-hang/<gian>/tien/mua-chiu/dong/<int:debt_line_id>/go")
@stall_page
@of_owners
def debt_take_back(desk: StallContext, debt_line_id: int) -> Page:
    """Take back a row that was written by mistake. Refused comes back as the page of whose it is."""
    try:
        with transaction() as writing:
            debtor_id = take_back_debt(writing, desk.actor, desk.stall_id, debt_line_id, clock=clock.now)
    except Refused as error:
        form = PaidOffForm()
        form.refuse(error)
        page, _ = _page(desk, debtor_of_line(reading(), desk.stall_id, debt_line_id), form)
        return page, error.status
    flash("Đã gỡ dòng ghi nhầm.")
    return redirect(url_for("stall.debt", gian=desk.slug, debtor_id=debtor_id), 303)
