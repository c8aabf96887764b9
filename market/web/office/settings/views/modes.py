"""What the commune's market does: asked for by one officer, agreed to by another; less of it at once."""

from collections.abc import Sequence

from flask import flash, redirect, url_for

from market.accounts.queries import names_by_id
from market.base import clock
from market.base.db import reading, transaction
from market.places.models import MarketMode
from market.places.queries import modes as queries
from market.places.rules.modes import CommuneMode
from market.sellers.actions.modes import ModeAnswer, ask_mode, confirm_mode, withdraw_mode
from market.web.base.access import OfficeDesk, office_page
from market.web.base.commune import forget_communes
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.settings.forms import ModeForm
from market.web.office.settings.words import MODES, SOURCES

BEGUN = "Đã đổi. Từ giờ chợ làm như vậy; trang người mua đang mở thấy điều mới sau nhiều nhất một phút."
ASKED = "Đã ghi đề nghị. Một cán bộ khác của xã đồng ý trong 7 ngày thì chợ đổi ngay; chưa đồng ý thì vẫn như cũ."


@blueprint.route("/van-phong/cai-dat/che-do", methods=["GET", "POST"])
@office_page
def modes(desk: OfficeDesk) -> Page:
    form = ModeForm.of_mode(queries.newest_mode(reading(), desk.commune_id))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_asked(desk.commune_id, seen_given())
            with transaction() as writing:
                has_begun = ask_mode(writing, desk.actor, new, clock=clock.now)
            forget_communes()
            flash(BEGUN if has_begun else ASKED)
            return redirect(url_for("office.modes"), 303)
    return _modes_page(desk, form)


def _modes_page(desk: OfficeDesk, form: ModeForm) -> Page:
    def held(first: int, most: int) -> Sequence[MarketMode]:
        return queries.modes_of(reading(), desk.commune_id, first=first, most=most)

    history = listed(held, "page")
    waiting = queries.open_request(reading(), desk.commune_id, clock.now())
    people = {waiting.asked_by} if waiting else set()
    people |= {one for row in history.rows for one in (row.asked_by, row.confirmed_by) if one is not None}
    return form.page(
        "office/settings/modes.html",
        current=queries.mode_now(reading(), desk.commune_id),
        newest=queries.newest_mode(reading(), desk.commune_id),
        facts=queries.mode_facts(reading(), desk.commune_id),
        waiting=waiting,
        waiting_facts=queries.request_facts(reading(), waiting) if waiting else {},
        history=history,
        names=names_by_id(reading(), people),
        words=queries.MODE_WORDS,
        meanings=[(mode, queries.MODE_WORDS[mode], MODES[mode]) for mode in reversed(CommuneMode)],
        said=queries.registration_words,
        sources=SOURCES,
        me=desk.person_id,
    )


@blueprint.post("/van-phong/cai-dat/che-do/<int:mode_request_id>/dong-y")
@office_page
def mode_confirm(desk: OfficeDesk, mode_request_id: int) -> Page:
    request_id = queries.mode_request(reading(), desk.commune_id, mode_request_id).id
    answer = ModeAnswer(commune_id=desk.commune_id, request_id=request_id, seen=seen_given())
    with transaction() as writing:
        confirm_mode(writing, desk.actor, answer, clock=clock.now)
    forget_communes()
    flash(BEGUN)
    return redirect(url_for("office.modes"), 303)


@blueprint.post("/van-phong/cai-dat/che-do/<int:mode_request_id>/bo")
@office_page
def mode_withdraw(desk: OfficeDesk, mode_request_id: int) -> Page:
    with transaction() as writing:
        withdraw_mode(writing, desk.actor, desk.commune_id, mode_request_id, clock=clock.now)
    flash("Đã bỏ đề nghị. Chợ vẫn như cũ.")
    return redirect(url_for("office.modes"), 303)
