"""Accounts of a business on other platforms, as an officer saw their proof; and that one is used no more."""

from flask import flash, redirect, url_for

from market.adoption import actions, queries
from market.base import clock
from market.base.db import reading, transaction
from market.sellers.queries import business_of
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import EndingForm, PlatformAccountForm


@blueprint.route("/van-phong/so-ho/<int:business_id>/san", methods=["GET", "POST"])
@office_page
def platform_account_add(desk: OfficeDesk, business_id: int) -> Page:
    business = business_of(reading(), desk.commune_id, business_id)
    form = PlatformAccountForm.of_request()
    form.offer(queries.platform_words(), queries.OWN_PLATFORM)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_account(desk.commune_id, business_id)
            with transaction() as writing:
                actions.record_account(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi tài khoản trên sàn. Chỉ tiêu tính tài khoản này từ hôm nay.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    return form.page("office/register/platform_account_add.html", business=business)


@blueprint.route("/van-phong/so-ho/<int:business_id>/san/<int:account_id>/thoi", methods=["GET", "POST"])
@office_page
def platform_account_end(desk: OfficeDesk, business_id: int, account_id: int) -> Page:
    business, form = business_of(reading(), desk.commune_id, business_id), EndingForm.of_request()
    account = queries.account_with_id(reading(), business_id, account_id)
    if form.submitted():
        ending = form.as_ending(business, account_id)
        with transaction() as writing:
            actions.end_account(writing, desk.actor, ending, clock=clock.now)
        flash("Đã ghi. Từ hôm nay chỉ tiêu không tính tài khoản này, số liệu những ngày trước giữ nguyên.")
        return redirect(url_for("office.business", business_id=business_id), 303)
    word = queries.platform_words().get(account.platform, account.platform)
    return form.page("office/register/platform_account_end.html", business=business, account=account, word=word)
