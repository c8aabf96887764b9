"""Which commune a request is in: told by its host, never by the login session."""

from dataclasses import dataclass

from flask import g, request

from market.base.config import current_settings
from market.base.db import reading
from market.places.models import CommuneMode
from market.places.queries import commune_at
from market.web.base.blueprint import blueprint
from market.web.base.kept import TimedCache


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The commune of this request, as pages need it."""

    id: int
    name: str
    province_name: str
    office_name: str
    office_phone: str | None
    letters: str
    mode: CommuneMode
    host: str | None

    @property
    def short_name(self) -> str:
        return self.name.removeprefix("xã ").removeprefix("Xã ")

    @property
    def takes_orders(self) -> bool:
        return self.mode is CommuneMode.ORDERING


_HERE: TimedCache[str, Here] = TimedCache("communes", seconds=30, most=256)


def current_commune() -> Here:
    """The commune of this request. Kept half a minute per process: it stands on every page and hardly ever changes."""
    if "here" not in g:
        host = request.host.partition(":")[0]
        g.here = _HERE.get(host, lambda: _read(host))
    commune: Here = g.here
    return commune


def whole_address(path: str) -> str:
    """The address of a path of this commune's market, to be sent or printed: at its own host, else the installation's;
    never at the host that was asked for."""
    scheme, base = current_settings().base_url.split("://", 1)
    _, colon, port = base.partition(":")
    own = current_commune().host
    return f"{scheme}://{own + colon + port if own else base}{path}"


def _read(host: str) -> Here:
    commune = commune_at(reading(), host)
    return Here(
        id=commune.id,
        name=commune.name,
        province_name=commune.province_name,
        office_name=commune.office_name,
        office_phone=commune.office_phone,
        letters=commune.letters,
        mode=commune.mode,
        host=commune.host,
    )


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"is_development": not current_settings().is_production, "current_commune": current_commune}
