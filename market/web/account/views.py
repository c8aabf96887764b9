"""Pages of people: sign up, sign in and out, one's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user

from market.accounts import actions, queries
from market.accounts.brakes import SIGN_IN, SIGN_IN_ON_KNOWN_DEVICE, SIGN_UP
from market.accounts.models import LoginSession
from market.accounts.queries import PasswordMatch, SignedIn
from market.accounts.rules import PasswordOwner, likeliest
from market.base import clock
from market.base.attempts import count_try, succeed_try
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.secrets import hash_password, is_password
from market.orders.actions.devices import forget_orders, forget_orders_of_others
from market.places.queries.modes import MODE_WORDS, registration_of
from market.sellers.queries import longest_stay, posts_of
from market.values.paging import Page as Leaf
from market.values.period import local_day
from market.web.account.blueprint import blueprint
from market.web.account.forms import PasswordForm, SignInForm, SignOutForm, SignUpForm
from market.web.account.queries import is_proven
from market.web.base.addresses import local_path
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.desks import landing
from market.web.base.listing import listed
from market.web.base.watching import ASKS_BY_ITSELF
from market.web.base.web import Page, actor, login_manager, require_person, signed_in, signed_in_id, visitor

NO_MATCH = (
    "Số điện thoại hoặc mật khẩu chưa đúng. Mời xem lại. Nhà có nhiều người dùng chung số này thì mời ghi thêm tên."
)
SEEN_EVERY = timedelta(hours=1)
LAST_HOUR = timedelta(hours=1)
LOGINS = 10


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Flask-Login's user: its id is the login session's random key, so that ending the row signs out."""

    key: str
    session_id: int
    person_id: int
    name: str
    second_factor_at: datetime | None = None
    has_second_factor: bool = False
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.key


def load_person(key: str) -> PersonHere | None:
    """The person of a login session that has not ended; asked at every request."""
    now = clock.now()
    end = now + _for_sending()
    found = queries.signed_in_by(reading(), current_commune().id, key, end)
    if found is not None and now - found.seen_at > SEEN_EVERY and request.endpoint != ASKS_BY_ITSELF:
        longest = _longest_stay(found.person_id)
        with transaction() as writing:
            actions.see_login(writing, found.session_id, now=now, longest=longest)
        found = queries.signed_in_by(reading(), current_commune().id, key, end)
    if found is None:
        return None
    return _person_here(key, found)


def _person_here(key: str, found: SignedIn) -> PersonHere:
    g.has_waiting_reset = found.has_waiting_reset
    return PersonHere(
        key=key,
        session_id=found.session_id,
        person_id=found.person_id,
        name=found.name,
        second_factor_at=found.second_factor_at,
        has_second_factor=found.has_second_factor,
    )


def _for_sending() -> timedelta:
    """Pages end this much before the session does: what was typed in one that was opened in time can be sent."""
    return timedelta() if request.method == "POST" else LAST_HOUR


def _longest_stay(person_id: int) -> timedelta:
    return longest_stay(reading(), current_commune().id, person_id, local_day(clock.now()))


login_manager.user_loader(load_person)


@blueprint.route("/dang-ky", methods=["GET", "POST"])
def sign_up() -> Page:
    form = SignUpForm.of_request(data={"tiep": request.args.get("tiep", "")})
    if form.submitted():
        with form.keeping_what_was_typed():
            actions.refuse_weak_password(form.password.data or "", form.password_owner(current_commune().name))
            match = _signed_up(form)
            remember(match)
            return redirect(local_path(form.tiep.data) or landing(match.person_id), 303)
    return form.page("account/sign_up.html")


def _signed_up(form: SignUpForm) -> PasswordMatch:
    """Who was entered, now or by this form before; what was sent twice must have the password that it had then."""
    count_try(SIGN_UP, form.phone.data, caller=caller())
    new = form.as_new_person(current_commune().id, is_vouched=_is_at_a_helper_s())
    with transaction() as writing:
        signed_up = actions.sign_up(writing, new, is_proven=is_proven, now=clock.now())
    if signed_up.is_again and not is_password(form.password.data or "", signed_up.match.password_hash):
        raise Refused("signed_up_already", "Tài khoản này vừa lập xong rồi. Mời bấm Đăng nhập.")
    return signed_up.match


def _is_at_a_helper_s() -> bool:
    """Whether a helper or an officer is signed in on this phone."""
    person_id, today = signed_in_id(), local_day(clock.now())
    return person_id is not None and bool(posts_of(reading(), current_commune().id, person_id, today))


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
def sign_in() -> Page:
    form = SignInForm.of_request(data={"tiep": request.args.get("tiep", "")})
    if form.submitted():
        with form.keeping_what_was_typed():
            match = _known_person(form)
            remember(match)
            back = local_path(form.tiep.data) or landing(match.person_id)
            if current_user.has_second_factor:
                return redirect(url_for("account.second_factor_ask", tiep=back), 303)
            return redirect(back, 303)
    form.offer(queries.people_of_device(reading(), visitor()))
    return form.page("account/sign_in.html", has_ended="_user_id" in session and not current_user.is_authenticated)


def _known_person(form: SignInForm) -> PasswordMatch:
    """The person of the phone, name and password typed: one of them is looked at, for the price of one hash."""
    phone = form.phone.data
    people = queries.candidates(reading(), phone, visitor(), is_proven)
    one = likeliest(people, form.name.data or "", form.chosen())
    if one and one.is_known_here:
        counted = count_try(SIGN_IN_ON_KNOWN_DEVICE, one.person_id, visitor())
    else:
        counted = count_try(SIGN_IN, phone, caller=caller())
    match = queries.match_of(one, form.password.data or "")
    if match is None:
        raise Refused("wrong_password", NO_MATCH)
    succeed_try(counted)
    return match


def remember(match: PasswordMatch) -> None:
    """Sign in whom the password fits; orders of others are no longer open on this browser. Conflict where the password
    was changed since."""
    device = actions.Device(commune_id=current_commune().id, name=_device_name(), visitor=visitor())
    longest = _longest_stay(match.person_id)
    with transaction() as writing:
        key = actions.begin_login(writing, match, device, clock=clock.now, longest=longest)
        forget_orders_of_others(writing, device.visitor, match.person_id, now=clock.now())
    person = queries.signed_in_by(reading(), current_commune().id, key, clock.now())
    if person is None:
        raise Refused("not_signed_in", "Chưa đăng nhập được. Mời thử lại.")
    session.clear()
    session.permanent = True
    login_user(_person_here(key, person))


def _device_name() -> str:
    agent = request.user_agent.string
    kinds = {
        "Android": "Điện thoại Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Máy tính Windows",
        "Macintosh": "Máy tính Mac",
        "Linux": "Máy tính",
    }
    return next((name for sign, name in kinds.items() if sign in agent), "Máy chưa rõ loại")


@blueprint.post("/dang-xuat")
@signed_in
def sign_out() -> Page:
    form = SignOutForm.of_request()
    with transaction() as writing:
        actions.end_login(writing, require_person(), current_user.session_id, now=clock.now())
        if form.forgets.data:
            forget_orders(writing, visitor(), now=clock.now())
    logout_user()
    session.clear()
    return redirect(url_for("shop.home"), 303)


@blueprint.route("/tai-khoan", methods=["GET", "POST"])
@signed_in
def me() -> Page:
    form = PasswordForm.of_request()
    person = queries.person(reading(), require_person())
    if form.submitted():
        with form.keeping_what_was_typed():
            counted = count_try(SIGN_IN_ON_KNOWN_DEVICE, person.id, visitor())
            if not is_password(form.old.data or "", person.password_hash):
                raise Refused("wrong_password", "Mật khẩu đang dùng chưa đúng. Mật khẩu cũ vẫn giữ nguyên.")
            succeed_try(counted)
            owner = PasswordOwner(name=person.name, phone=person.phone, commune=current_commune().name)
            actions.refuse_weak_password(form.new.data or "", owner)
            hashed = hash_password(form.new.data or "")
            new = actions.NewPassword(
                person_id=person.id,
                password_hash=hashed,
                instead_of=person.password_hash,
                keep=current_user.session_id,
            )
            with transaction() as writing:
                actions.change_password(writing, actor(), new, now=clock.now())
            flash("Đã đổi mật khẩu. Các máy khác đã được đăng xuất.")
            return redirect(url_for("account.me"), 303)
    logins, leaving = _logins(person.id), SignOutForm()
    return form.page("account/me.html", leaving=leaving, me=person, logins=logins, this_login=current_user.session_id)


def _logins(person_id: int) -> Leaf[LoginSession]:
    """The page of them that the address asks for."""

    def logins(first: int, most: int) -> Sequence[LoginSession]:
        return queries.login_sessions(reading(), person_id, clock.now(), first=first, most=most)

    return listed(logins, "may", LOGINS)


@blueprint.post("/tai-khoan/may/<int:session_id>/dang-xuat")
@signed_in
def device_sign_out(session_id: int) -> Page:
    with transaction() as writing:
        actions.end_login(writing, require_person(), session_id, now=clock.now())
    flash("Đã đăng xuất máy đó.")
    return redirect(url_for("account.me"), 303)


@blueprint.get("/dieu-khoan")
def terms() -> Page:
    return render_template(
        "account/terms.html",
        version=actions.TERMS_VERSION,
        since=actions.TERMS_SINCE,
        mode=MODE_WORDS[current_commune().mode],
        registration=registration_of(reading(), current_commune().id),
    )
