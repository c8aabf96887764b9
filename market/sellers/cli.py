"""Commands of the register, and of officers whom no other officer can appoint, end or let in again."""

from dataclasses import asdict
from pathlib import Path

import click

from market.accounts.models import Person
from market.accounts.queries import person as person_with_id
from market.base import clock
from market.base.audit import Actor
from market.base.batch import Pace
from market.base.commands import ROW_ID, as_json, command, of_commune, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.places.queries import commune_named
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.sellers.rules import ImportReport, RegisterFile, RowOutcome, row_words
from market.values.period import local_day
from market.values.phone import Phone


@command("import-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@of_commune
@as_json
def import_register(file: Path, *, dry_run: bool, commune: str | None, as_json: bool) -> None:
    """Take the businesses of a spreadsheet (.xlsx or .csv) into the register."""
    commune_id = commune_named(reading(), current_settings(), commune).id
    read = actions.register_file(file.read_bytes(), queries.beside(reading(), commune_id).vocabulary)
    rows = read.rows
    report = queries.plan_import(reading(), commune_id, rows, today=local_day(clock.now()))
    if not dry_run:
        report = report.without(_take_in(commune_id, report))
    say(_answer(report, read, dry_run=dry_run), _text(report, read, dry_run=dry_run), as_json=as_json)


def _take_in(commune_id: int, report: ImportReport) -> dict[int, str]:
    """Write the changes share by share, others let in between; returns why rows that were to go in stayed out."""
    left = dict[int, str]()
    pace = Pace()
    for share in pace.shares(report.changes):
        with pace.transaction() as writing:
            left |= actions.import_rows(writing, Actor(), commune_id, share, clock=clock.now).left
    return left


OPERATOR = "lệnh của người vận hành chợ"
whose_account = click.option("--name", help="Whose account it is, where several people share the phone.")


@command("appoint")
@click.argument("phone", required=False)
@click.option("--name", help="Who becomes an officer; with PHONE: whose account it is, where several people share it.")
@click.option("--person", type=ROW_ID, help="The number of their account, in place of PHONE.")
@click.option("--paper", default=OPERATOR, help="The decision that says so.")
@of_commune
@as_json
def appoint(
    phone: str | None, *, name: str | None, person: int | None, paper: str, commune: str | None, as_json: bool
) -> None:
    """Make somebody an officer: how a commune gets its first one.

    With --name alone it prints a code to hand over: who signs up, signs in and types it becomes the officer. With PHONE
    or --person the account becomes one at once: anybody may have signed up with a phone, so be sure whose it is.
    """
    commune_id = commune_named(reading(), current_settings(), commune).id
    if phone is None and person is None:
        if not name:
            raise click.UsageError("Cần --name (in mã trao tay), hoặc số điện thoại, hoặc --person.")
        _appoint_by_code(commune_id, name, paper, as_json=as_json)
    else:
        found = person_with_id(reading(), person) if person else None
        _appoint_account(found or _account(phone or "", name), commune_id, as_json=as_json)


def _appoint_by_code(commune_id: int, name: str, paper: str, *, as_json: bool) -> None:
    new = actions.NewAppointment(commune_id=commune_id, role=PostRole.OFFICER, hamlet_id=None, name=name, paper=paper)
    with transaction() as writing:
        code = actions.make_appointment(writing, Actor(), new, clock=clock.now)
    text = f"Mã trao tay cho {name}: {code}. Người đó đăng nhập, vào Tài khoản, Nhận nhiệm vụ và gõ mã, trong 7 ngày."
    say({"name": name, "role": PostRole.OFFICER.value, "code": code}, text, as_json=as_json)


def _appoint_account(person: Person, commune_id: int, *, as_json: bool) -> None:
    now = clock.now()
    post = actions.NewPost(
        commune_id=commune_id,
        person_id=person.id,
        role=PostRole.OFFICER,
        hamlet_id=None,
        starts_on=local_day(now),
    )
    with transaction() as writing:
        actions.add_post(writing, Actor(), post, now=now)
    answer = {"person": person.id, "name": person.name, "role": post.role.value}
    say(answer, f"{person.name} là cán bộ của xã từ hôm nay: đăng nhập rồi vào /van-phong.", as_json=as_json)


def _account(phone: str, name: str | None) -> Person:
    return queries.person_of_phone(reading(), Phone.written(phone), name)


@command("end-officer")
@click.argument("phone")
@whose_account
@of_commune
@as_json
def end_officer(phone: str, *, name: str | None, commune: str | None, as_json: bool) -> None:
    """End an officer's post at once, where there are no two other officers who could."""
    commune_id = commune_named(reading(), current_settings(), commune).id
    person = _account(phone, name)
    for post_id in _officer_posts(commune_id, person):
        with transaction() as writing:
            actions.dismiss(writing, Actor(), commune_id, post_id, clock=clock.now)
    say({"person": person.id, "name": person.name}, f"{person.name} thôi là cán bộ từ giờ.", as_json=as_json)


@command("reset-officer")
@click.argument("phone")
@whose_account
@click.option("--lost-app", is_flag=True, help="Let them begin anew with another authenticator app.")
@of_commune
@as_json
def reset_officer(phone: str, *, name: str | None, lost_app: bool, commune: str | None, as_json: bool) -> None:
    """Print the code of a slip with which an officer sets a new password: for the last one, whom no other can help."""
    commune_id = commune_named(reading(), current_settings(), commune).id
    person = _account(phone, name)
    _officer_posts(commune_id, person)
    new = actions.NewSlip(commune_id=commune_id, person_id=person.id, paper=OPERATOR, drops_second_factor=lost_app)
    with transaction() as writing:
        code = actions.make_slip(writing, Actor(), new, clock=clock.now)
    text = (
        f"Mã trao tay cho {person.name}: {code}. Trong 24 giờ, người đó mở Đăng nhập, Quên mật khẩu trên máy của mình "
        "và gõ mã; 24 giờ sau mới đặt được mật khẩu mới, trên đúng máy đó."
    )
    say({"person": person.id, "name": person.name, "code": code}, text, as_json=as_json)


def _officer_posts(commune_id: int, person: Person) -> list[int]:
    """Refused for somebody who is no officer there."""
    posts = queries.posts_of(reading(), commune_id, person.id, local_day(clock.now()))
    found = [post.id for post in posts if post.role is PostRole.OFFICER]
    if not found:
        raise Refused("no_officer", f"{person.name} không phải cán bộ của xã này.")
    return found


def _answer(report: ImportReport, read: RegisterFile, *, dry_run: bool) -> dict[str, object]:
    rows = [
        {
            "row": one.number,
            "place": row_words(one.number),
            "name": one.name,
            "outcome": one.outcome.value,
            "reason": one.reason,
        }
        for one in report.decisions
        if one.reason or one.outcome is not RowOutcome.UNCHANGED
    ]
    left = [asdict(line) for line in read.account()]
    account = {"cells": read.cells, "read": read.read, "left": left}
    return {"dry_run": dry_run, **{one.value: report.count(one) for one in RowOutcome}, "rows": rows, **account}


def _text(report: ImportReport, read: RegisterFile, *, dry_run: bool) -> str:
    head = "Chạy thử, chưa ghi gì.\n" if dry_run else ""
    asked = f", có thể trùng {report.count(RowOutcome.ASKED)}" if report.asked else ""
    counts = (
        f"Thêm mới {report.count(RowOutcome.CREATED)}, cập nhật {report.count(RowOutcome.UPDATED)}, "
        f"không đổi {report.count(RowOutcome.UNCHANGED)}, chưa nhận {report.count(RowOutcome.REFUSED)}{asked}."
    )
    told = [*report.refused, *report.asked, *report.partly_read]
    rows = (f"{row_words(one.number).capitalize()} ({one.name}): {one.reason}" for one in told)
    left = (f"Chưa đọc {line.where}: {line.why} ({line.cells} ô)." for line in read.account() if not line.is_of_form)
    return "\n".join([head + counts, *rows, *left])


COMMANDS = (import_register, appoint, end_officer, reset_officer)
