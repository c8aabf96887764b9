"""Pages of people who act for others: taking up a post, and the second factor of officers."""

from flask import flash, redirect, render_template, request, session, url_for

from market.accounts import second_factor as factors
from market.accounts.queries import person
from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.qr import qr_svg
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.sellers.queries.city_posts import city_posts_of
from market.values.period import local_day
from market.web.account.blueprint import blueprint
from market.web.account.staff.forms import FactorForm, TakePostForm
from market.web.base.addresses import local_path
from market.web.base.commune import current_commune
from market.web.base.web import Page, actor, require_person, require_second_factor, signed_in, this_login, visitor

SHOWN_RECOVERY_CODES = "recovery_codes"
TOLD = {
    PostRole.OFFICER: "Bạn là cán bộ của xã từ bây giờ.",
    PostRole.HELPER: "Bạn là thành viên Tổ công nghệ số từ bây giờ.",
    PostRole.KEEPER: "Bạn giữ điểm nhận hàng của thôn từ bây giờ.",
}


@blueprint.route("/tai-khoan/nhan-nhiem-vu", methods=["GET", "POST"])
@signed_in
def post_take() -> Page:
    form = TakePostForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            tried = count_try(actions.TAKE_POST, require_person())
            typed = actions.CodeTyped(commune_id=current_commune().id, code=form.code.data or "", visitor=visitor())
            with transaction() as writing:
                role = actions.take_appointment(writing, actor(), typed, clock=clock.now)
            succeed_try(tried)
            flash(TOLD[role])
            return redirect(url_for("office.home" if role is PostRole.OFFICER else "account.me"), 303)
    return form.page("account/staff/post_take.html")


def _require_officer() -> None:
    """Only who decides for others, or sees the whole city, has a second factor; who has one gives it before they see
    or set up another."""
    person_id, today = require_person(), local_day(clock.now())
    is_officer = queries.is_officer(reading(), current_commune().id, person_id, today)
    if not is_officer and not city_posts_of(reading(), person_id, today):
        raise NotFound
    require_second_factor(to_set_up=True)


@blueprint.get("/tai-khoan/ma-xac-thuc")
@signed_in
def second_factor() -> Page:
    _require_officer()
    return _second_factor_page(FactorForm.of_request(data={"tiep": request.args.get("tiep", "")}))


def _second_factor_page(form: FactorForm) -> Page:
    me = person(reading(), require_person())
    factor, secret = factors.factor_of(reading(), me.id), factors.offered_secret(reading(), me.id)
    address = factors.app_address(secret, me.name, f"Chợ số {current_commune().name}") if secret else None
    return form.page(
        "account/staff/second_factor.html",
        is_set=factor is not None and factor.confirmed_at is not None,
        secret=secret,
        picture=qr_svg(address, "Mã quét cho ứng dụng xác thực") if address else None,
        codes_left=factors.codes_left(reading(), me.id),
    )


@blueprint.post("/tai-khoan/ma-xac-thuc/bat-dau")
@signed_in
def second_factor_begin() -> Page:
    """Draw a secret to be scanned. Who has a factor in force gives a code of it once more."""
    _require_officer()
    form = FactorForm.of_request()
    factor = factors.factor_of(reading(), require_person())
    if factor is not None and factor.confirmed_at is not None:
        if not form.submitted():
            return _second_factor_page(form)
        with form.keeping_what_was_typed():
            _give(form)
        if form.refusal:
            return _second_factor_page(form)
    with transaction() as writing:
        factors.offer(writing, require_person(), now=clock.now())
    return redirect(url_for("account.second_factor", tiep=form.tiep.data or None), 303)


@blueprint.post("/tai-khoan/ma-xac-thuc/xac-nhan")
@signed_in
def second_factor_confirm() -> Page:
    """Put the scanned secret in force with a code of it; the codes on paper are shown on the next page alone."""
    _require_officer()
    form = FactorForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            tried = count_try(factors.GIVE_FACTOR, require_person())
            with transaction() as writing:
                codes = factors.confirm(writing, actor(), this_login(), form.code.data or "", clock=clock.now)
            succeed_try(tried)
            session[SHOWN_RECOVERY_CODES] = codes
            return redirect(url_for("account.recovery_codes", tiep=form.tiep.data or None), 303)
    return _second_factor_page(form)


@blueprint.get("/tai-khoan/ma-du-phong")
@signed_in
def recovery_codes() -> Page:
    codes = session.pop(SHOWN_RECOVERY_CODES, None)
    if not codes:
        return redirect(url_for("account.second_factor"), 303)
    back = local_path(request.args.get("tiep"))
    return render_template("account/staff/recovery_codes.html", codes=codes, forward=back or url_for("account.me"))


@blueprint.route("/dang-nhap/ma-xac-thuc", methods=["GET", "POST"])
@signed_in
def second_factor_ask() -> Page:
    """The second step of signing in."""
    form = FactorForm.of_request(data={"tiep": request.args.get("tiep", "")})
    if form.submitted():
        with form.keeping_what_was_typed():
            _give(form)
            return redirect(local_path(form.tiep.data) or url_for("account.me"), 303)
    return form.page("account/staff/second_factor_ask.html")


def _give(form: FactorForm) -> None:
    tried = count_try(factors.GIVE_FACTOR, require_person())
    with transaction() as writing:
        factors.give(writing, actor(), this_login(), form.code.data or "", clock=clock.now)
    succeed_try(tried)
