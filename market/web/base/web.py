"""What every page shares: who is signed in, CSRF, headers, limits, the request's id, filters, the one error page."""

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from market.base import clock
from market.base.audit import Actor
from market.base.config import MEGABYTE, Settings, current_settings
from market.base.errors import SecondFactorNeeded, SignInNeeded
from market.orders.rules.weighing import Weights, weights_of
from market.values.money import Dong, format_dong
from market.values.period import VIETNAM, format_date, format_moment, spoken_moment
from market.values.quantity import format_percent, format_quantity, unit
from market.web.base.addresses import CONVERTERS
from market.web.base.bodies import WholeBodies
from market.web.base.caching import limit_caching
from market.web.base.commune import refuse_unknown_host
from market.web.base.cookies import LONG_STAY_SECONDS, SESSION, VISITOR, keep, name_of, read
from market.web.base.fixed_headers import FixedHeaders
from market.web.base.old_cookies import OldCookies
from market.web.base.only_here import OnlyHere
from market.web.base.private_amounts import without_amounts
from market.web.base.refusals import say_refusal
from market.web.base.sessions import Sessions

P = ParamSpec("P")
Page = str | tuple[str, int] | BaseResponse

log = logging.getLogger("market.request")
csrf_protect = CSRFProtect()
login_manager = LoginManager()


MOST_SENT = 16 * MEGABYTE
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_STATIC = Path(__file__).resolve().parents[2] / "static"


def configure(app: Flask, settings: Settings) -> None:
    """Turn on everything Flask leaves off, for this app."""
    app.config.update(
        SECRET_KEY=settings.secret,
        HOSTS_SETTINGS=settings,
        MAX_CONTENT_LENGTH=MOST_SENT,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=400,
        SESSION_COOKIE_NAME=name_of(SESSION, secure=settings.is_https),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONG_STAY_SECONDS,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = Sessions()
    app.wsgi_app = FixedHeaders(app.wsgi_app, secure=settings.is_https)  # type: ignore[method-assign]
    app.wsgi_app = WholeBodies(app.wsgi_app)  # type: ignore[method-assign]
    if settings.is_https:
        app.wsgi_app = OldCookies(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if not settings.has_own_secret:
        app.wsgi_app = OnlyHere(app.wsgi_app)  # type: ignore[method-assign]
    app.url_map.converters |= CONVERTERS
    app.url_map.strict_slashes = False  # people type `/van-phong/`, some scanners add a slash
    _add_hooks(app)  # first, so that what an extension refuses has its id and headers too
    csrf_protect.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # an error page must not ask who is signed in
    login_manager.session_protection = (
        None  # phones change their address all day; a login session is revoked by its row
    )
    _add_filters(app)


# --- who asks -------------------------------------------------------------------------------------------------------


def signed_in_id() -> int | None:
    """The id of the person signed in on this phone, or None."""
    return current_user.person_id if current_user.is_authenticated else None


def require_person() -> int:
    """The id of the person signed in; SignInNeeded where there is none."""
    person_id = signed_in_id()
    if person_id is None:
        raise SignInNeeded
    return person_id


def this_login() -> int:
    """The id of the login session on this phone; SignInNeeded where there is none."""
    require_person()
    session_id: int = current_user.session_id
    return session_id


def has_waiting_reset() -> bool:
    """Whether somebody waits for a new password of the person signed in on this phone. False on a page that does not
    ask who that is: an error page must not."""
    return bool(g.get("has_waiting_reset"))


def require_second_factor(*, to_set_up: bool = False) -> None:
    """SecondFactorNeeded where who is signed in has not given their second factor in this login session: asked of
    everybody who has one, and where the market runs in earnest of everybody, but `to_set_up` their first."""
    require_person()
    is_forced = current_settings().is_production and not to_set_up
    if current_user.second_factor_at is None and (current_user.has_second_factor or is_forced):
        raise SecondFactorNeeded(has_one=current_user.has_second_factor)


def actor() -> Actor:
    """The person signed in, acting for themselves."""
    return Actor(person_id=signed_in_id(), request_id=g.get("request_id"))


def signed_in(view: Callable[P, Page]) -> Callable[P, Page]:
    """A page for any signed-in person."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        require_person()
        return view(*args, **kwargs)

    return guarded


def takes_up_to(most: int, *, guests: bool = False) -> Callable[[Callable[P, Page]], Callable[P, Page]]:
    """Let who is signed in send a view this many bytes, so that the form itself can say which file is too large and
    come back with what was typed. `guests`: a browser that has been here before too, without an account."""

    def mark(view: Callable[P, Page]) -> Callable[P, Page]:
        view.most_sent = most  # type: ignore[attr-defined]
        view.takes_guests = guests  # type: ignore[attr-defined]
        return view

    return mark


def visitor() -> str:
    """This browser's random name, kept in a cookie for a year: tells one phone from another, not one person."""
    known: str | None = read(VISITOR) or g.get("new_visitor")
    if not known:
        known = g.new_visitor = secrets.token_urlsafe(24)
    return hashlib.sha256(known.encode()).hexdigest()


# --- hooks ----------------------------------------------------------------------------------------------------------


def _add_hooks(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.started = time.perf_counter()
        request.max_content_length = _most_sent()

    app.before_request(refuse_unknown_host)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        if "new_visitor" in g:
            keep(response, VISITOR, g.new_visitor)
        limit_caching(response)
        without_amounts(response)
        say_refusal(response)
        _log_request(response)
        return response


def _most_sent() -> int:
    """How many bytes this request may send: only files are large, and they come in forms of parts alone."""
    if request.mimetype != "multipart/form-data":
        return MEGABYTE
    view = current_app.view_functions.get(request.endpoint or "")
    largest: int = getattr(view, "most_sent", MOST_SENT)
    is_known = session.get("_user_id") or (getattr(view, "takes_guests", False) and read(VISITOR))
    return largest if is_known else MOST_SENT


def _log_request(response: Response) -> None:
    if request.endpoint == "static":
        return
    spent = round((time.perf_counter() - g.started) * 1000, 1)
    facts = {"endpoint": request.endpoint, "method": request.method, "status": response.status_code}
    refused = {"refused": g.refused} if "refused" in g else {}
    log.info("request", extra=facts | refused | {"milliseconds": spent})


# --- words and numbers on pages -------------------------------------------------------------------------------------


def _add_filters(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(format_dong, "dong")
    app.add_template_filter(day_text, "ngay")
    app.add_template_filter(moment_text, "gio")
    app.add_template_filter(deadline_text, "han")
    app.add_template_filter(amount_text, "so_luong")
    app.add_template_filter(lambda line: weights_of(line).words, "can_nang")
    app.add_template_filter(number_text, "so")
    app.add_template_filter(format_percent, "phan_tram")
    app.add_template_filter(asset)  # of a constant, so that Jinja writes it into the page once and for all
    app.add_template_global(has_waiting_reset, "has_waiting_reset")
    app.add_template_global(csrf_input, "csrf")
    app.add_template_global(example_weights, "example_weights")


def day_text(value: date | datetime | None) -> str:
    """`dd/mm/yyyy`, in Vietnam's day; empty for None."""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return format_date(value) if value else ""


def deadline_text(value: datetime | None) -> str:
    """`9 giờ 51 sáng mai`, as one says it now; empty for None."""
    return spoken_moment(value, clock.now()) if value else ""


def moment_text(value: datetime | None) -> str:
    """`14:52 24/11`, in Vietnam's time; empty for None."""
    return format_moment(value) if value else ""


def amount_text(thousandths: int, unit_code: str) -> str:
    return format_quantity(thousandths, unit(unit_code))


def example_weights(price: Dong, percent: int) -> str:
    """What a kilo of goods may weigh that are sold so, and cost then."""
    return Weights(amount=1000, percent=percent, price=price).words


def number_text(value: int) -> str:
    """`1.234`"""
    return f"{value:,}".replace(",", ".")


def csrf_input() -> Markup:
    """The hidden field every form carries: written once for a page, however many forms it has."""
    if "csrf_input" not in g:
        g.csrf_input = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    field: Markup = g.csrf_input
    return field


@lru_cache(maxsize=128)
def _asset_hash(path: str) -> str:
    return hashlib.sha256((_STATIC / path).read_bytes()).hexdigest()[:10]


def asset(path: str) -> str:
    """The address of a static file, with its content's hash, so that it may be kept for good."""
    return f"/static/{path}?v={_asset_hash(path)}"
