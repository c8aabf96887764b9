"""Where a business is paid, as an officer records it who saw the person and their paper; stopping what waits to
change."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.sellers.rules import BANKS
from market.web.base.access import OfficeDesk, office_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import PaperBankForm

WAITS = "Đã ghi. Tài khoản mới chờ 24 giờ, người của gian hàng thấy ở Hôm nay và dừng được."


@blueprint.route("/van-phong/so-ho/<int:business_id>/tai-khoan-nhan-tien", methods=["GET", "POST"])
@office_page
def business_bank(desk: OfficeDesk, business_id: int) -> Page:
    business = queries.business_of(reading(), desk.commune_id, business_id)
    form = PaperBankForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new, proof = form.as_new_bank_account(business_id, seen_given()), form.as_paper_seen()
            with transaction() as writing:
                opened = actions.set_bank_account(writing, desk.actor, new, proof, clock=clock.now)
            flash("Đã ghi tài khoản nhận tiền." if opened else WAITS)
            return redirect(url_for("office.business", business_id=business_id), 303)
    account = queries.live_bank_account(reading(), business_id)
    return form.page(
        "office/register/business_bank.html",
        business=business,
        account=account,
        bank=BANKS.get(account.bin) if account else None,
        verified=queries.verification_of(reading(), business_id),
        facts=queries.bank_account_facts(reading(), business_id),
    )


@blueprint.post("/van-phong/so-ho/<int:business_id>/thay-doi/<int:change_id>/dung")
@office_page
def business_bank_stop(desk: OfficeDesk, business_id: int, change_id: int) -> Page:
    queries.business_of(reading(), desk.commune_id, business_id)
    queries.change_of_business(reading(), business_id, change_id)
    shown = actions.SeenChange(id=change_id, seen=seen_given())
    with transaction() as writing:
        actions.stop_change_by_office(writing, desk.actor, desk.commune_id, shown, clock=clock.now)
    flash("Đã dừng. Mọi thứ giữ như cũ, người của gian hàng thấy tin này ở Hôm nay.")
    return redirect(url_for("office.business", business_id=business_id), 303)
