"""Papers sent as pictures, and goods prepared, by whom the commune has not answered yet; then put up by one tap."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.attempts import count_try
from market.base.db import reading, transaction
from market.catalog.actions.drafts import list_drafts
from market.catalog.actions.uploads import forget_files
from market.catalog.queries.listing import category_choices
from market.sellers.actions import account_drafts as accounts
from market.sellers.actions import drafts as actions
from market.sellers.actions.brakes import PRIVATE_UPLOAD
from market.sellers.actions.drafts import Drafter
from market.sellers.queries import drafts as queries
from market.sellers.rules import BANKS, BankRuleKind, banks_with
from market.values.period import local_day
from market.web.base.access import StallContext, stall_page
from market.web.base.commune import current_commune
from market.web.base.seen import seen_given
from market.web.base.stepping import own_password
from market.web.base.web import Page, actor, require_person, signed_in, takes_up_to
from market.web.stall.bank.drafted import account_said
from market.web.stall.blueprint import blueprint
from market.web.stall.drafts.forms import AccountDraftForm, DraftForm, LeaveForm, PaperForm, drafted
from market.web.stall.products.editing import PHOTOS_SENT


def _drafter() -> Drafter:
    return Drafter(commune_id=current_commune().id, person_id=require_person(), actor=actor())


def _reserving() -> Callable[[], str]:
    """What draws the key of a picture that is sent; Refused where the person's rate or room is used up."""
    who = _drafter()

    def reserve() -> str:
        count_try(PRIVATE_UPLOAD, who.person_id)
        with transaction() as writing:
            return actions.reserve_private(writing, who, now=clock.now())

    return reserve


@blueprint.route("/ban-hang/giay-to", methods=["GET", "POST"])
@takes_up_to(PHOTOS_SENT)
@signed_in
def papers() -> Page:
    form, who = PaperForm.of_stall(_reserving()), _drafter()
    if form.submitted():
        with form.keeping_what_was_typed():
            photo = form.picture()
            with transaction() as writing:
                actions.send_paper(writing, who, photo.key, form.photo_key, photo.digest, now=clock.now())
            flash("Đã gửi ảnh giấy tờ. Chỉ bạn và cán bộ xã xem được.")
            return redirect(url_for("stall.papers"), 303)
    return form.page(
        "stall/drafts/papers.html",
        papers=queries.papers_of(reading(), who.commune_id, who.person_id),
        waits=queries.awaits_office(reading(), who.commune_id, who.person_id),
    )


@blueprint.post("/ban-hang/giay-to/<int:paper_id>/bo")
@signed_in
def paper_remove(paper_id: int) -> Page:
    with transaction() as writing:
        if key := actions.remove_paper(writing, _drafter(), paper_id, now=clock.now()):
            forget_files(writing, key)
    flash("Đã bỏ ảnh giấy tờ.")
    return redirect(url_for("stall.papers"), 303)


@blueprint.get("/ban-hang/soan-san")
@signed_in
def drafts() -> Page:
    who = _drafter()
    leave = queries.listing_leave(reading(), who.commune_id, who.person_id)
    return render_template(
        "stall/drafts/drafts.html",
        drafts=queries.drafts_of(reading(), who.commune_id, who.person_id),
        leave=leave,
        waits=queries.awaits_office(reading(), who.commune_id, who.person_id),
        form=LeaveForm(data={"is_given": leave is not None}),
    )


@blueprint.post("/ban-hang/soan-san/tu-dang")
@signed_in
def drafts_leave() -> Page:
    """The seller's own tick; without it nothing is put up by itself."""
    is_given = bool(LeaveForm.of_request().is_given.data)
    with transaction() as writing:
        accounts.set_leave(writing, _drafter(), is_given=is_given, now=clock.now())
    flash(
        "Đã ghi: xã xác nhận bạn xong, chợ tự đăng các món này."
        if is_given
        else "Đã ghi: chợ không tự đăng. Xã xác nhận xong, bạn bấm một lần là đăng hết."
    )
    return redirect(url_for("stall.drafts"), 303)


@blueprint.route("/ban-hang/soan-san/moi", methods=["GET", "POST"])
@takes_up_to(PHOTOS_SENT)
@signed_in
def draft_new() -> Page:
    form = DraftForm.of_stall(_reserving())
    form.offer_categories(category_choices(reading()))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_draft()
            with transaction() as writing:
                actions.draft_listing(writing, _drafter(), new, now=clock.now())
            flash(f"Đã cất {new.name}. Chưa ai thấy món này ngoài bạn.")
            return redirect(url_for("stall.drafts"), 303)
    return form.page("stall/drafts/draft_new.html")


@blueprint.route("/ban-hang/soan-san/<int:draft_id>", methods=["GET", "POST"])
@takes_up_to(PHOTOS_SENT)
@signed_in
def draft_edit(draft_id: int) -> Page:
    who = _drafter()
    draft = queries.draft_of(reading(), who.commune_id, who.person_id, draft_id)
    form = DraftForm.of_stall(_reserving(), data=drafted(draft))
    form.offer_categories(category_choices(reading()))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, seen = form.as_new_draft(), seen_given()
            with transaction() as writing:
                if key := actions.change_draft(writing, who, draft_id, new, seen=seen, now=clock.now()):
                    forget_files(writing, key)
            flash(f"Đã lưu {new.name}. Chưa ai thấy món này ngoài bạn.")
            return redirect(url_for("stall.drafts"), 303)
    facts = queries.draft_facts(queries.draft_of(reading(), who.commune_id, who.person_id, draft_id))
    return form.page("stall/drafts/draft_edit.html", draft=draft, facts=facts)


@blueprint.post("/ban-hang/soan-san/<int:draft_id>/bo")
@signed_in
def draft_remove(draft_id: int) -> Page:
    with transaction() as writing:
        if key := actions.remove_draft(writing, _drafter(), draft_id):
            forget_files(writing, key)
    flash("Đã bỏ món soạn sẵn.")
    return redirect(url_for("stall.drafts"), 303)


@blueprint.post("/ban-hang/<gian>/soan-san/dang")
@stall_page
def drafts_list(desk: StallContext) -> Page:
    """The one tap that puts all of it up."""
    with transaction() as writing:
        names = list_drafts(writing, desk.actor, desk.stall_id, now=clock.now())
    flash(
        f"Đã đăng {len(names)} món. Xã xem xong, thường trong ngày, là món hiện trên chợ." if names else "Đã đăng rồi."
    )
    return redirect(url_for("stall.products", gian=desk.slug), 303)


# --- the account ------------------------------------------------------------------------------------------------------


@blueprint.route("/ban-hang/soan-san/tai-khoan", methods=["GET", "POST"])
@signed_in
def account_draft() -> Page:
    """Written down now, put in force by its writer alone, once verified, on the stall's own page of its account."""
    who = _drafter()
    kept = queries.drafted_account(reading(), who.commune_id, who.person_id)
    form = AccountDraftForm.of_request(data=account_said(kept))
    if form.submitted():
        with form.keeping_what_was_typed():
            new, proof = form.as_draft(), own_password(form)
            with transaction() as writing:
                accounts.draft_account(writing, who, new, proof, now=clock.now())
            flash("Đã cất. Chưa dùng vào việc gì: xã xác nhận xong, bạn xem lại rồi tự bấm Lưu tài khoản.")
            return redirect(url_for("stall.account_draft"), 303)
    return form.page(
        "stall/drafts/account_draft.html",
        kept=accounts.opened(kept) if kept else None,
        banks=BANKS,
        virtual_only=banks_with(BankRuleKind.VIRTUAL_ONLY, local_day(clock.now())),
        waits=queries.awaits_office(reading(), who.commune_id, who.person_id),
    )


@blueprint.post("/ban-hang/soan-san/tai-khoan/bo")
@signed_in
def account_draft_remove() -> Page:
    who = _drafter()
    with transaction() as writing:
        accounts.drop_account(writing, who.commune_id, who.person_id)
    flash("Đã bỏ tài khoản soạn sẵn.")
    return redirect(url_for("stall.account_draft"), 303)
