"""Where a person wants word, and a word to hear whether it comes."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, request, url_for

from market.accounts.queries import person
from market.base import clock
from market.base.attempts import Brake, Limit, count_try
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.notices.actions import choose_ways, send_test
from market.notices.ports import Address, Sender
from market.notices.queries import WordChoice, choice_of, last_tests, paid_this_month
from market.notices.routing import usable
from market.notices.rules import DeliveryState, Why
from market.places.queries import quiet_hours
from market.sellers.queries import stalls_of_person
from market.values.period import local_day
from market.web.account.blueprint import blueprint
from market.web.account.ways.forms import WaysForm
from market.web.base.commune import current_commune
from market.web.base.web import Page, require_person, signed_in

TEST_WORD = Brake(
    kind="test-word",
    limits=(Limit(most=3, within=timedelta(hours=1)), Limit(most=6, within=timedelta(days=1))),
    sentence="Bạn vừa gửi thử nhiều lần. Mời chờ {wait} rồi gửi thử lại.",
)
"""By person: some of it costs the commune money."""
STATES = {
    DeliveryState.WAITING: "đang chờ gửi",
    DeliveryState.SENDING: "đang gửi",
    DeliveryState.SENT: "đã gửi",
    DeliveryState.MAYBE_SENT: "có thể đã gửi, chợ chưa chắc",
    DeliveryState.FAILED: "chưa gửi được",
    DeliveryState.SKIPPED: "chưa gửi",
}
WHYS = {
    Why.NO_ADDRESS: "chợ chưa biết gửi tới đâu",
    Why.OFF: "bạn chưa chọn cách này",
    Why.NOT_SET_UP: "chợ không dùng cách này nữa",
    Why.CAP: "xã đã hết số tin mất tiền của tháng",
    Why.REFUSED: "nơi nhận không nhận, mời xem lại số máy hay địa chỉ",
    Why.OUT_OF_TRIES: "thử nhiều lần không được",
}


@blueprint.route("/tai-khoan/nhan-tin", methods=["GET", "POST"])
@signed_in
def ways() -> Page:
    choice, offered = choice_of(reading(), require_person()), _offered()
    form = WaysForm.of_choice(choice, offered)
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                choose_ways(writing, require_person(), form.as_chosen(choice), now=clock.now())
            flash("Đã lưu nơi nhận tin.")
            return redirect(url_for("account.ways"), 303)
    return _page(form, choice, offered)


def _page(form: WaysForm, choice: WordChoice, offered: Sequence[Sender]) -> Page:
    me, commune = person(reading(), require_person()), current_commune().id
    return form.page(
        "account/ways/ways.html",
        me=me,
        offered=offered,
        chosen=[one for one in offered if one.name not in choice.off and _is_known(one, choice)],
        takes_email=any(one.address is Address.EMAIL for one in offered),
        sells=bool(stalls_of_person(reading(), commune, me.id)),
        tests=last_tests(reading(), me.id),
        spent=paid_this_month(reading(), commune, now=clock.now()) if any(one.is_paid for one in offered) else None,
        night=quiet_hours(reading(), commune).night(local_day(clock.now())),
        states=STATES,
        whys=WHYS,
    )


def _is_known(sender: Sender, choice: WordChoice) -> bool:
    """Whether a word could be tried this way: a letter needs an address first."""
    return sender.address is not Address.EMAIL or choice.email is not None


def _offered() -> list[Sender]:
    return usable(reading(), current_commune().id, local_day(clock.now()))


@blueprint.post("/tai-khoan/nhan-tin/thu")
@signed_in
def way_test() -> Page:
    """Send a word one way. What is not offered is not there."""
    way = next((one for one in _offered() if one.name == request.form.get("noi")), None)
    if way is None:
        raise NotFound
    count_try(TEST_WORD, require_person())
    with transaction() as writing:
        send_test(writing, current_commune().id, require_person(), way.name, now=clock.now())
    flash(f"Đang gửi thử qua {way.word}. Mời xem máy, rồi mở lại trang này xem đã gửi chưa.")
    return redirect(url_for("account.ways"), 303)
