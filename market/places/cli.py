"""What `flask commune` does with one commune and its places; the commands over all of it stand in `communes.cli`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from market.base import clock
from market.base.audit import Actor
from market.base.commands import as_json, check_writable, command, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.places import actions, queries
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.values.phone import Phone

FIELDS = (
    *("code", "name", "province_code", "province_name", "letters", "host", "mode"),
    *("office_name", "office_phone", "office_address", "office_email", "welcome", "complaints", "own_rules"),
)
"""What a commune is, by the names of its columns and of the options."""


F = TypeVar("F", bound=Callable[..., None])


NEEDED = ("name", "province_code", "province_name", "letters")
"""What must be said of a new one."""


def said_of_it() -> Callable[[F], F]:
    """The options that say what a commune is."""

    def decorate(function: F) -> F:
        for name, text in (
            ("mode", "Do less at once; a new one begins with showcase: goods and contacts."),
            ("own-rules", "Rules of its own beside the market's, one a line."),
            ("complaints", "Who takes complaints, where and when."),
            ("welcome", "A line on its market's first page."),
            ("office-email", "Its office's e-mail."),
            ("office-address", "Where its office is."),
            ("office-phone", "Its office's phone."),
            ("office-name", "Its office's name."),
            ("host", "The host at which its market answers, such as daison.cho.vn."),
            ("letters", "The two letters that begin its order codes."),
            ("province-name", "The province's name."),
            ("province-code", "The province's code."),
            ("name", "Its name, such as “xã Đại Sơn”."),
        ):
            kind = click.Choice([one.value for one in CommuneMode]) if name == "mode" else click.STRING
            function = click.option(f"--{name}", type=kind, help=text)(function)
        return function

    return decorate


def new_one(code: str, said: Mapping[str, str | None]) -> actions.NewCommune:
    """The commune with this national code, as the options say. Wrong usage where one that is needed is missing."""
    if missing := [name for name in NEEDED if said.get(name) is None]:
        raise click.UsageError(f"Missing option '--{missing[0].replace('_', '-')}'.")
    fields = _values(said)
    if fields.pop("mode", CommuneMode.SHOWCASE) is not CommuneMode.SHOWCASE:
        raise Refused("two_officers", actions.TWO_OFFICERS)
    fields.setdefault("office_name", f"Phòng Kinh tế {fields['name']}")
    return actions.NewCommune(code=code, **fields)


def tell_added(commune_id: int, *, as_json: bool) -> None:
    commune = queries.commune_with_id(reading(), commune_id)
    say(_answer(commune), f"Đã thêm {commune.name} ({commune.code}), chợ ở {_address(commune)}.", as_json=as_json)


@command("edit")
@click.argument("code")
@click.option("--code", "new_code", help="Its right code, where it was entered wrongly.")
@click.option("--no-host", is_flag=True, help="It answers at CHOSO_BASE_URL.")
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its places.")
@said_of_it()
@as_json
def edit(
    code: str, *, new_code: str | None, no_host: bool, file: Path | None, as_json: bool, **said: str | None
) -> None:
    """Correct a commune, and with --from its places, by a file that `export` wrote and somebody has changed."""
    commune_id = queries.commune_named(reading(), current_settings(), code).id
    changes = _values(said) | ({"code": new_code} if new_code else {}) | ({"host": None} if no_host else {})
    places = _read(file) if file else {}
    changing = actions.CommuneEdit(commune_id=commune_id, changes=changes)
    with transaction() as writing:
        fields = actions.edit_commune(writing, Actor(), changing, own_host=current_settings().own_host, now=clock.now())
        changed = actions.take_places(writing, Actor(), commune_id, places, now=clock.now())
    reading().expire_all()
    answer = _answer(queries.commune_with_id(reading(), commune_id)) | {"changed": [*fields, *changed]}
    text = "\n".join([f"Đã sửa: {', '.join(fields)}."] * bool(fields) + changed) or "Không có gì khác để sửa."
    say(answer, text, as_json=as_json)


@command("list")
@as_json
def list_communes(*, as_json: bool) -> None:
    """List the communes and the address of each."""
    communes = queries.all_communes(reading())
    lines = [f"{one.code}  {one.letters}  {one.mode.value:<16}  {_address(one)}  {one.name}" for one in communes]
    say([_answer(one) for one in communes], "\n".join(lines) or "Chưa có xã nào.", as_json=as_json)


def write_places(commune: Commune, out: Path | None) -> None:
    """Write a commune with its hamlets, old names, pickup points and targets as JSON, for `edit --from`; `out` None: to
    stdout."""
    text = json.dumps({"commune": _fields(commune), **queries.places_of(reading(), commune.id)}, **_PRETTY)
    if out is None:
        click.echo(text)
        return
    check_writable(out)
    out.write_text(f"{text}\n", "utf-8")
    click.echo(f"Đã ghi {commune.name} vào {out}.")


_PRETTY: dict[str, Any] = {"ensure_ascii": False, "indent": 2, "default": str}


def _values(said: Mapping[str, str | None]) -> dict[str, Any]:
    """What was said, as the columns hold it."""
    values: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if "office_phone" in values:
        values["office_phone"] = Phone(values["office_phone"]) if values["office_phone"] else None
    if "mode" in values:
        values["mode"] = CommuneMode(values["mode"])
    return values


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused("bad_file", f"Không đọc được {file}: {error}") from error
    if not isinstance(found, dict):
        raise Refused("bad_file", f"{file} không phải tệp mà commune export ghi ra.")
    return found


def _address(commune: Commune) -> str:
    return commune.host or current_settings().host


def _fields(commune: Commune) -> dict[str, object]:
    return {name: getattr(commune, name) for name in FIELDS}


def _answer(commune: Commune) -> dict[str, object]:
    return _fields(commune) | {"mode": commune.mode.value, "address": _address(commune)}
