"""The helper's pages, and a stall's "Giúp tôi": who needs a hand, under whose consent, and whom to call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, url_for
from sqlalchemy import Select

from market.accounts.actions import CodeTry
from market.accounts.brakes import GUESS_CODE, USE_CODE
from market.accounts.models import CodePurpose
from market.accounts.queries import live_codes
from market.adoption.queries.next_visits import to_visit
from market.adoption.queries.steps import steps_of
from market.base import clock
from market.base.attempts import count_tries, count_try, succeed_try
from market.base.db import reading, transaction
from market.feedback.queries.tickets import helper_reader, tickets_to_answer
from market.orders.queries.orders import Unanswered, unanswered_orders
from market.orders.queries.reminders import OrderToCall, orders_to_call
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.sellers.queries import HelpedBusiness, Reach
from market.sellers.queries.help_visits import visits_to
from market.sellers.rules.help_visits import TAKEN_BACK_WITHIN, VISIT_REASON_WORDS, VISIT_WORDS
from market.values.period import format_moment, local_day
from market.web.base.access import HamletDesk, StallContext, helper_page, stall_page
from market.web.base.callers import caller
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.helper.forms import TakeMandateForm, VouchForm
from market.web.stall.reach import reach_of

TOO_LONG = timedelta(hours=1)
BUSINESSES_A_PAGE, MOST_LATE = 50, 30
TO_CALL = 10
FIRST_TO_VISIT = 3
HELPING_SHOWN = 5
"""So many of a hamlet's helpers are told to a seller who looks for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A business that has kept a buyer waiting, with its longest waiting order."""

    business: HelpedBusiness
    order: Unanswered
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperCall:
    """An order of which somebody is to tell its business by phone."""

    business: HelpedBusiness
    order: OrderToCall


@blueprint.get("/to-cong-nghe")
@helper_page
def helper_home(desk: HamletDesk) -> Page:
    reach = reach_of(desk)

    def businesses(first: int, most: int) -> Sequence[HelpedBusiness]:
        return queries.helped_businesses(reading(), reach, first=first, most=most)

    page = listed(businesses, "page", BUSINESSES_A_PAGE)
    calls = _calls(reach)
    called = {one.business.id for one in calls}
    late = [one for one in _late(reach, queries.helped_ids(reach)) if one.business.id not in called]
    return render_template(
        "stall/helper/helper_home.html",
        businesses=page,
        calls=calls,
        late=late,
        to_visit=to_visit(reading(), reach, most=FIRST_TO_VISIT),
        reasons=VISIT_REASON_WORDS,
        told=tickets_to_answer(reading(), helper_reader(desk.commune_id, desk.person_id, desk.hamlet_ids)),
    )


def _calls(reach: Reach) -> list[HelperCall]:
    """Whom a helper is to call for those who have given them a mandate: who did not hear of an order, or lets its
    answer time pass."""
    orders = orders_to_call(reading(), reach.commune_id, queries.mandated_ids(reach), now=clock.now())[:MOST_LATE]
    found = queries.helped_among(reading(), reach, {one.business_id for one in orders}) if orders else {}
    return [HelperCall(business=found[one.business_id], order=one) for one in orders]


def _late(reach: Reach, business_ids: Collection[int] | Select[int]) -> list[Late]:
    """Who has let an order wait too long, the longest first."""
    now, waiting = clock.now(), dict[int, list[Unanswered]]()
    for order in unanswered_orders(reading(), business_ids, since=TOO_LONG, now=now):
        waiting.setdefault(order.business_id, []).append(order)
    found = queries.helped_among(reading(), reach, list(waiting)[:MOST_LATE]) if waiting else {}
    kept = ((found[one], orders) for one, orders in waiting.items() if one in found)
    return [Late(business=business, order=orders[0], count=len(orders)) for business, orders in kept]


@blueprint.get("/to-cong-nghe/<int:business_id>")
@helper_page
def helper_business(desk: HamletDesk, business_id: int) -> Page:
    return _business_page(desk, business_id, TakeMandateForm())


def _business_page(desk: HamletDesk, business_id: int, form: TakeMandateForm) -> Page:
    reach = reach_of(desk)
    business = queries.helped_business(reading(), reach, business_id)
    return form.page(
        "stall/helper/helper_business.html",
        business=business,
        has_members=queries.has_members(reading(), business_id),
        late=_late(reach, [business_id]),
        steps=steps_of(reading(), business_id, reach.today),
        visits=visits_to(reading(), business_id),
        me=desk.person_id,
        taken_back_after=clock.now() - TAKEN_BACK_WITHIN,
        words=VISIT_WORDS,
    )


@blueprint.post("/to-cong-nghe/<int:business_id>/nhan-uy-quyen")
@helper_page
def helper_take(desk: HamletDesk, business_id: int) -> Page:
    queries.helped_business(reading(), reach_of(desk), business_id)
    form = TakeMandateForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            guess = count_try(GUESS_CODE, caller=caller())
            tried = _tried(business_id, form.digits())
            with transaction() as writing:
                actions.take_mandate(writing, desk.actor, business_id, tried, clock=clock.now)
            succeed_try(guess)
            flash("Đã nhận ủy quyền. Mọi việc bạn làm thay đều được ghi tên.")
            return redirect(url_for("stall.helper_business", business_id=business_id), 303)
    return _business_page(desk, business_id, form)


def _tried(business_id: int, digits: str) -> CodeTry:
    """The digits, with the codes of the business's members at which this try was counted."""
    members = [member.person_id for member in queries.members_of(reading(), business_id)]
    live = live_codes(reading(), CodePurpose.GRANT_MANDATE, members, now=clock.now())
    return CodeTry(digits=digits, code_ids=count_tries(USE_CODE, live, stand_in=business_id))


@blueprint.route("/to-cong-nghe/quen-mat-khau", methods=["GET", "POST"])
@helper_page
def helper_vouch(desk: HamletDesk) -> Page:
    """The code on the screen of somebody who has no password any more, and who they are by the helper's word."""
    form = VouchForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            effective_at = _vouch(desk, form)
            flash(
                f"Đã ghi lời bảo lãnh của bạn. Từ {format_moment(effective_at)} người đó mở lại trang Quên mật khẩu "
                "trên đúng máy ấy để đặt mật khẩu mới."
            )
            return redirect(url_for("stall.helper_home"), 303)
    return form.page("stall/helper/helper_vouch.html")


def _vouch(desk: HamletDesk, form: VouchForm) -> datetime:
    """An unknown phone, another name and a wrong code are told apart by nobody: each counts as a try."""
    tried = count_try(actions.VOUCH, desk.person_id)
    with form.one_sentence_for_nobody():
        person = queries.person_of_phone(reading(), form.phone.data, form.name.data or "")
    said = actions.VouchedReset(commune_id=desk.commune_id, digits=form.code.data or "", person_id=person.id)
    with transaction() as writing:
        effective_at = actions.vouch(writing, desk.actor, said, clock=clock.now)
    succeed_try(tried)
    return effective_at


@blueprint.get("/ban-hang/<gian>/giup-toi")
@stall_page
def help(desk: StallContext) -> Page:  # noqa: A001 - the endpoint's name, which others link to
    today = local_day(clock.now())
    business = queries.business_of(reading(), desk.commune_id, desk.business_id)
    given = queries.mandates_of_business(reading(), desk.business_id, today, most=HELPING_SHOWN + 1)
    hamlet = business.hamlet_id
    return render_template(
        "stall/helper/help.html",
        desk=desk,
        hamlet=business.hamlet.name,
        helpers=queries.post_holders(reading(), desk.commune_id, PostRole.HELPER, today, hamlet_id=hamlet)[:TO_CALL],
        visits=visits_to(reading(), desk.business_id, most=HELPING_SHOWN),
        words=VISIT_WORDS,
        mandates=[one for one in given if one.revoked_at is None and one.starts_on <= today <= one.ends_on],
        shown=HELPING_SHOWN,
    )
