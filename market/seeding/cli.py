"""`flask seed`: loads `seeds/` into the database."""

from dataclasses import dataclass

import click
from sqlalchemy import select

from market.accounts.queries import has_demo_people
from market.base import clock
from market.base.commands import as_json, command, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.secrets import hash_password
from market.catalog.pictures import keep
from market.places.models import Commune
from market.seeding import actions
from market.seeding.files import SEEDS, Seeds
from market.values.period import local_day

DEMO_PASSWORD = "cho-so-dai-son"  # noqa: S105 - of the demonstration's people, who never enter a production
OTHERWISE = (
    "seeds/ ghi khác với chợ ở các mục sau. Chợ giữ như đang có; muốn đổi: flask --app wsgi commune export MÃ, sửa "
    "tệp, rồi commune edit MÃ --from TỆP."
)
ROLES = {"officer": "cán bộ", "helper": "Tổ công nghệ số", "owner": "người bán", "buyer": "người mua"}


@command("seed")
@click.option("--if-empty", is_flag=True, help="Do nothing where a commune is already there.")
@click.option("--sign-ins", is_flag=True, help="Print how the demonstration's people sign in (development only).")
@as_json
def seed(*, if_empty: bool, sign_ins: bool, as_json: bool) -> None:
    """Load seeds/: places, goods tree and facts, and in development also invented people with a year of orders."""
    settings = current_settings()
    now = clock.now()
    seeds = Seeds(folder=SEEDS, today=local_day(now), now=now)
    is_filled = reading().scalar(select(Commune.id).limit(1)) is not None
    loaded = [] if if_empty and is_filled else _load(seeds, with_demo=not settings.is_production)
    shown = _sign_ins(seeds) if sign_ins and not settings.is_production else []
    differs = actions.differences(reading(), seeds) if loaded else []
    answer = {"loaded": loaded, "differs": differs, "sign_ins": [one.as_json() for one in shown]}
    if differs:
        click.echo(f"{OTHERWISE}\n" + "\n".join(f"  {one}" for one in differs), err=True)
    say(answer, "\n".join([_text(loaded), *(one.line for one in shown)]), as_json=as_json)


def _load(seeds: Seeds, *, with_demo: bool) -> list[str]:
    """Everything that is not there yet, in one transaction; the slow work before it."""
    is_new = with_demo and not has_demo_people(reading())
    kept = _prepare(seeds) if is_new else None
    with transaction() as session:
        commune_id = actions.load_places(session, seeds, with_demo=with_demo)
        if kept:
            actions.load_demo(session, seeds, commune_id, kept)
    return ["places", "demo"] if kept else ["places"]


def _prepare(seeds: Seeds) -> actions.KeptPictures:
    keys = [row.text("key") for row in seeds.table("products")]
    photos = {key: keep(seeds.picture(key)) for key in keys}
    return actions.KeptPictures(photos=photos, password_hash=hash_password(DEMO_PASSWORD))


def _text(loaded: list[str]) -> str:
    if not loaded:
        return "Đã có dữ liệu, không nạp gì."
    if "demo" in loaded:
        return "Đã nạp xã, nhóm hàng, quy định và dữ liệu xem thử (người và số điện thoại đều bịa)."
    return "Đã có đủ xã, nhóm hàng và quy định."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How one of the demonstration's people signs in."""

    name: str
    role: str
    phone: str

    @property
    def line(self) -> str:
        return f"  {self.name:<18} {self.role:<16} {self.phone}   {DEMO_PASSWORD}"

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "role": self.role, "phone": self.phone, "password": DEMO_PASSWORD}


def _sign_ins(seeds: Seeds) -> list[SignIn]:
    return [
        SignIn(name=row.text("name"), role=ROLES[row.text("role")], phone=phone.national)
        for row in seeds.table("people")
        if row.flag("demo") and (phone := row.phone("phone"))
    ]


COMMANDS = (seed,)
