"""Which commune a request is in: told by its host, never by the login session."""

from dataclasses import dataclass

from flask import current_app, g, request

from market.base.config import Settings, current_settings
from market.base.db import reading
from market.places.queries import UnknownHost, commune_at, commune_with_id
from market.places.rules.modes import CommuneMode, Feature, allows
from market.web.base.blueprint import blueprint
from market.web.base.kept import TimedCache

KINDS = ("xã ", "phường ", "đặc khu ")
"""What begins a commune's name, by its kind."""
ANY_HOST = ("healthz", "metrics", "static", "stall.photo", "stall.photo_jpeg", "shop.stamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The commune of this request, as pages need it."""

    id: int
    name: str
    province_name: str
    office_name: str
    office_phone: str | None
    office_address: str | None
    office_email: str | None
    welcome: str | None
    complaints: str | None
    own_rules: str | None
    letters: str
    mode: CommuneMode
    host: str | None

    @property
    def short_name(self) -> str:
        kind = next((kind for kind in KINDS if self.name.lower().startswith(kind)), "")
        return self.name[len(kind) :]

    @property
    def office_at(self) -> str:
        """Its office and where that is, as a sentence tells somebody to go there."""
        return f"{self.office_name} ({self.office_address})" if self.office_address else self.office_name

    @property
    def takes_orders(self) -> bool:
        return self.mode.takes_orders

    @property
    def matches_money(self) -> bool:
        return allows(self.mode, Feature.BANK_MATCHING)

    @property
    def takes_cards(self) -> bool:
        return allows(self.mode, Feature.CARD)

    @property
    def has_loudspeaker(self) -> bool:
        """It tells of money that the market compared with orders: where it compares none there is nothing to tell."""
        return allows(self.mode, Feature.LOUDSPEAKER)


_HERE: TimedCache[str, Here] = TimedCache("communes", seconds=30, most=256)


def current_commune() -> Here:
    """The commune of this request; UnknownHost where none is at its host. Kept half a minute per process: it stands on
    every page and hardly ever changes."""
    commune: Here | None = g.get("here")
    if commune is None:
        host = request.host.partition(":")[0].lower().rstrip(".")  # "cho.vn." is the same host (RFC 1034, 3.1)
        commune = g.here = _HERE.get(host, lambda: _read(host))
    return commune


def forget_communes() -> None:
    """What is kept of them, once one has changed; the other processes know it half a minute later."""
    _HERE.forget()
    g.pop("here", None)


def refuse_unknown_host() -> None:
    """Before every page: UnknownHost where it is asked for at a host of no commune.

    Health, files and pictures are the installation's. What is signed is taken wherever it was sent to; a stamp printed
    with an address of before leads to its commune.
    """
    if request.endpoint not in ANY_HOST and request.blueprint != "hooks":
        current_commune()


def address_of(settings: Settings, host: str | None) -> str:
    """Scheme, host and port of the market of the commune with this host, else of the installation; never taken from a
    request."""
    scheme, base = settings.base_url.split("://", 1)
    _, colon, port = base.partition(":")
    return f"{scheme}://{host}{colon}{port}" if host else settings.base_url


def whole_address(path: str) -> str:
    """The address of a path of this commune's market, to be sent or printed: never at the host that was asked for."""
    return f"{address_of(current_settings(), current_commune().host)}{path}"


def address_elsewhere(commune_id: int, path: str) -> str | None:
    """The address of a path of a commune at its own host, where this request is at another's, or at none's."""
    try:
        if current_commune().id == commune_id:
            return None
    except UnknownHost:
        pass
    return f"{address_of(current_settings(), commune_with_id(reading(), commune_id).host)}{path}"


def _read(host: str) -> Here:
    commune = commune_at(reading(), current_app.config["HOSTS_SETTINGS"], host)
    return Here(
        id=commune.id,
        name=commune.name,
        province_name=commune.province_name,
        office_name=commune.office_name,
        office_phone=commune.office_phone,
        office_address=commune.office_address,
        office_email=commune.office_email,
        welcome=commune.welcome,
        complaints=commune.complaints,
        own_rules=commune.own_rules,
        letters=commune.letters,
        mode=commune.mode,
        host=commune.host,
    )


for one in (current_commune, whole_address):
    blueprint.add_app_template_global(one)
