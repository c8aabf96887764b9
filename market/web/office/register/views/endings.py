"""What an officer ends at once, each after a question: a verification, a person's place in a business, a mandate, a
paper that is shown, a stall that is closed and reopened."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.sellers import actions, queries
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import EndingForm


@blueprint.route("/van-phong/so-ho/<int:business_id>/xac-nhan/<int:verification_id>/thu-hoi", methods=["GET", "POST"])
@office_page
def verification_revoke(desk: OfficeDesk, business_id: int, verification_id: int) -> Page:
    business, form = queries.business_of(reading(), desk.commune_id, business_id), EndingForm.of_request()
    verification = queries.verification_with_id(reading(), business_id, verification_id)

    def act(writing: Session) -> None:
        ending = form.as_ending(business, verification_id)
        actions.revoke_verification(writing, desk.actor, ending, now=clock.now())

    if form.submitted():
        return _ended(business_id, act, "Đã thu hồi xác nhận. Gian hàng không còn hiện trên chợ.")
    return form.page("office/register/verification_revoke.html", business=business, verification=verification)


@blueprint.route("/van-phong/so-ho/<int:business_id>/nguoi/<int:member_id>/thoi", methods=["GET", "POST"])
@office_page
def member_remove(desk: OfficeDesk, business_id: int, member_id: int) -> Page:
    business, form = queries.business_of(reading(), desk.commune_id, business_id), EndingForm.of_request()
    member = queries.member_with_id(reading(), business_id, member_id)
    verification = queries.verification_of(reading(), business_id)

    def act(writing: Session) -> None:
        actions.remove_member(writing, desk.actor, form.as_ending(business, member_id), now=clock.now())

    if form.submitted():
        return _ended(business_id, act, f"{member.person.name} không còn mở được gian hàng này.")
    is_theirs = verification is not None and verification.member_id in (member_id, None)
    return form.page("office/register/member_remove.html", business=business, member=member, is_verified_by=is_theirs)


@blueprint.route("/van-phong/so-ho/<int:business_id>/gian-hang/dong", methods=["GET", "POST"])
@office_page
def stall_close(desk: OfficeDesk, business_id: int) -> Page:
    business, form = queries.business_of(reading(), desk.commune_id, business_id), EndingForm.of_request()

    def act(writing: Session) -> None:
        reason = form.reason.data or ""
        actions.close_stall(writing, desk.actor, desk.commune_id, business_id, reason, now=clock.now())

    if form.submitted():
        return _ended(business_id, act, "Đã đóng gian hàng. Người bán đọc được lý do.")
    if queries.stall_of_business(reading(), business_id) is None:
        raise NotFound
    return form.page("office/register/stall_close.html", business=business)


@blueprint.route("/van-phong/so-ho/<int:business_id>/uy-quyen/<int:mandate_id>/ngung", methods=["GET", "POST"])
@office_page
def mandate_end(desk: OfficeDesk, business_id: int, mandate_id: int) -> Page:
    business, form = queries.business_of(reading(), desk.commune_id, business_id), EndingForm.of_request()
    mandate = queries.mandate_with_id(reading(), business_id, mandate_id)

    def act(writing: Session) -> None:
        reason = form.reason.data or ""
        actions.revoke_mandate(writing, desk.actor, business_id, mandate_id, reason=reason, now=clock.now())

    if form.submitted():
        return _ended(business_id, act, f"Đã chấm dứt ủy quyền cho {mandate.helper.name}.")
    return form.page("office/register/mandate_end.html", business=business, mandate=mandate)


@blueprint.route("/van-phong/so-ho/<int:business_id>/giay/<int:certificate_id>/het", methods=["GET", "POST"])
@office_page
def certificate_end(desk: OfficeDesk, business_id: int, certificate_id: int) -> Page:
    business = queries.business_of(reading(), desk.commune_id, business_id)
    paper = queries.certificate_with_id(reading(), business_id, certificate_id)

    def act(writing: Session) -> None:
        actions.end_certificate(writing, desk.actor, desk.commune_id, business_id, certificate_id, clock=clock.now)

    if request.method == "POST":
        return _ended(business_id, act, "Giấy này không còn hiện nữa.")
    return render_template("office/register/certificate_end.html", business=business, paper=paper)


@blueprint.post("/van-phong/so-ho/<int:business_id>/gian-hang/mo-lai")
@office_page
def stall_close_undo(desk: OfficeDesk, business_id: int) -> Page:
    def act(writing: Session) -> None:
        actions.reopen_stall(writing, desk.actor, desk.commune_id, business_id, now=clock.now())

    return _ended(business_id, act, "Đã mở lại gian hàng.")


def _ended(business_id: int, act: Callable[[Session], None], said: str) -> Page:
    with transaction() as writing:
        act(writing)
    flash(said)
    return redirect(url_for("office.business", business_id=business_id), 303)
