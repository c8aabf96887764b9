"""`flask commune`: the communes of this installation: listed, added, corrected, carried away and brought in."""

from pathlib import Path

import click

from market.base import clock
from market.base.audit import Actor
from market.base.commands import as_json, command, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.storage import storage
from market.communes import archive
from market.communes.actions.opening import OPERATOR, Opened, Opening, open_commune, row_line
from market.communes.rules.opening_file import read_opening_file
from market.places import cli as places
from market.places.actions import add_commune
from market.places.queries import commune_named, commune_with_id
from market.seeding.actions.places import load_country
from market.seeding.files import SEEDS, Seeds
from market.sellers.actions.city_posts import NewCityPost, add_city_post, end_city_posts
from market.sellers.queries import person_of_phone
from market.values.period import local_day
from market.values.phone import Phone

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@command("add")
@click.argument("what", metavar="CODE|FILE.toml")
@click.option("--register", type=FILE, help="With FILE.toml: the commune's register, .xlsx, .xls or .csv.")
@places.said_of_it()
@as_json
def add(what: str, *, register: Path | None, as_json: bool, **said: str | None) -> None:
    """Add the commune with this national code, or open one from a file with everything in it and its register beside
    it: its example is docs/commune.example.toml. Nothing is written where anything is wrong; once more adds nothing."""
    if what.endswith(".toml"):
        if any(value is not None for value in said.values()):
            raise click.UsageError("With a file the commune is what the file says: leave out the other options.")
        _open(Path(what), register, as_json=as_json)
        return
    if register is not None:
        raise click.UsageError("--register goes with FILE.toml; for a commune that is there: import-register.")
    new, seeds, now = places.new_one(what, said), _seeds(), clock.now()
    with transaction() as writing:
        commune_id = add_commune(writing, Actor(), new, own_host=current_settings().own_host, now=now)
        load_country(writing, seeds, commune_id, decided=())
    places.tell_added(commune_id, as_json=as_json)


def _seeds() -> Seeds:
    now = clock.now()
    return Seeds(folder=SEEDS, today=local_day(now), now=now)


def _open(path: Path, register: Path | None, *, as_json: bool) -> None:
    opening = Opening(
        file=read_opening_file(_text_of(path)),
        called=path.name,
        register=register.read_bytes() if register else None,
        register_called=register.name if register else "",
    )
    with transaction() as writing:
        own_host = current_settings().own_host
        opened = open_commune(writing, opening, seeds=_seeds(), own_host=own_host, clock=clock.now)
    _tell_opened(opened, opening.register_called, as_json=as_json)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("bad_file", f"Không đọc được {path}: {error}") from error


def _tell_opened(opened: Opened, register: str, *, as_json: bool) -> None:
    commune = commune_with_id(reading(), opened.commune_id)
    address = commune.host or current_settings().host
    if not opened.is_new:
        text = (
            f"{commune.name} ({commune.code}) đã có ở {address}; không thêm gì. Để sửa: commune edit, import-register."
        )
        say({"code": commune.code, "added": False}, text, as_json=as_json)
        return
    told = [row_line(one, register) for one in opened.told]
    lines = [f"Đã mở {commune.name} ({commune.code}), chợ ở {address}; sổ có {opened.businesses} cơ sở.", *told]
    lines += [
        f"Mã trao tay cho {name}: {code}. Người đó lập tài khoản, vào Tài khoản, Nhận nhiệm vụ và gõ mã, trong 7 ngày."
        for name, code in opened.codes.items()
    ]
    answer = {
        "code": commune.code,
        "added": True,
        "address": address,
        "businesses": opened.businesses,
        "officers": dict(opened.codes),
        "told": told,
    }
    say(answer, "\n".join(lines), as_json=as_json)


@command("export")
@click.argument("code")
@click.option("--out", type=OUT, help="The JSON file of its places; unset: stdout.")
@click.option("--archive", "archived", type=OUT, help="In place of it: everything of the commune as one open archive.")
@as_json
def export(code: str, *, out: Path | None, archived: Path | None, as_json: bool) -> None:
    """Write a commune with its hamlets, old names, pickup points and targets as JSON, for `edit --from`; or, with
    --archive, all of it as tables and files, for `import` in another installation."""
    commune = commune_named(reading(), current_settings(), code)
    if archived is None:
        places.write_places(commune, out)
        return
    manifest = archive.carry_out(commune, archived, now=clock.now())
    rows = sum(one.rows for one in manifest.tables.values())
    answer = {
        "archive": str(archived),
        "tables": {name: one.rows for name, one in manifest.tables.items()},
        "files": len(manifest.files),
        "vanished": manifest.vanished,
        "figures": manifest.figures,
    }
    text = (
        f"Đã ghi {commune.name} vào {archived}: {len(manifest.tables)} bảng, {rows} dòng. Trong đó có tên, số điện "
        "thoại của người dân: giữ như giữ sổ. Mật khẩu không đi theo; khóa dữ liệu (CHOSO_DATA_KEYS) giao riêng."
    )
    say(answer, text, as_json=as_json)


def bring_commune(file: Path, host: str | None) -> archive.CommuneBrought:
    """Everything of an archive in one transaction; what was not taken over of its files is forgotten."""
    own_host = current_settings().own_host
    try:
        checked = archive.check_archive(file)
        with transaction() as writing:
            return archive.bring_in(writing, checked, host=host, own_host=own_host, now=clock.now())
    finally:
        storage().clear_beside()


@command("import")
@click.argument("file", type=FILE)
@click.option("--host", help="The host at which its market answers here; unset: as in the archive.")
@as_json
def bring(file: Path, *, host: str | None, as_json: bool) -> None:
    """Bring in a commune that another installation exported: everything, or nothing where anything does not suit."""
    came = bring_commune(file, host)
    commune = commune_with_id(reading(), came.commune_id)
    figures = came.figures
    text = (
        f"Đã nhận {commune.name} ({commune.code}), chợ ở {commune.host or current_settings().host}: "
        f"{sum(came.rows.values())} dòng. Chỉ tiêu ra như ở nơi xuất: {figures['counted']}/{figures['base']}. "
        "Cán bộ đầu tiên đặt mật khẩu mới bằng: "
        f"flask --app wsgi reset-officer SỐ-MÁY --commune {commune.code}."
    )
    answer = {"code": commune.code, "rows": dict(came.rows), "figures": dict(figures)}
    say(answer, text, as_json=as_json)


whose = click.option("--name", help="Whose account it is, where several people share the phone.")


@command("appoint-city")
@click.argument("phone")
@whose
@click.option("--province", required=True, help="The province's code, two digits.")
@click.option("--paper", default=OPERATOR, help="The decision that says so.")
@as_json
def appoint_city(phone: str, *, name: str | None, province: str, paper: str, as_json: bool) -> None:
    """Let an account see the figures of all communes of a province side by side, at /thanh-pho: no person's data, no
    page of any commune."""
    person = person_of_phone(reading(), Phone.written(phone), name)
    new = NewCityPost(person_id=person.id, province_code=province, paper=paper)
    with transaction() as writing:
        add_city_post(writing, Actor(), new, now=clock.now())
    say({"person": person.id, "province": province}, f"{person.name} xem được số các xã ở /thanh-pho.", as_json=as_json)


@command("end-city")
@click.argument("phone")
@whose
@as_json
def end_city(phone: str, *, name: str | None, as_json: bool) -> None:
    """End at once what an account sees of the communes of a province."""
    person = person_of_phone(reading(), Phone.written(phone), name)
    with transaction() as writing:
        end_city_posts(writing, Actor(), person.id, now=clock.now())
    say({"person": person.id}, f"{person.name} thôi là cán bộ thành phố từ giờ.", as_json=as_json)


@command("tables")
def tables() -> None:
    """Describe the tables of an archive (`docs/commune-archive.md`)."""
    click.echo(archive.description(), nl=False)


COMMUNE = click.Group(
    "commune",
    commands=[add, places.edit, places.list_communes, export, bring, tables],
    help="The communes here: list, add, edit, export, import.",
)
COMMANDS = (COMMUNE, appoint_city, end_city)
