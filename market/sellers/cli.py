"""Commands of the register and of the first officer."""

from pathlib import Path

import click

from market.base import clock
from market.base.audit import Actor
from market.base.commands import as_json, command, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.places.queries import commune_of
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.sellers.rules import ImportReport, RowOutcome
from market.values.period import local_day
from market.values.phone import Phone


@command("import-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@as_json
def import_register(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Take the businesses of a spreadsheet (.xlsx or .csv) into the register."""
    commune_id = commune_of(reading(), current_settings()).id
    rows = actions.register_rows(file.read_bytes())
    if dry_run:
        report = queries.plan_import(reading(), commune_id, rows, today=local_day(clock.now()))
    else:
        with transaction() as writing:
            report = actions.import_register(writing, Actor(), commune_id, rows, clock=clock.now)
    say(_answer(report, dry_run=dry_run), _text(report, dry_run=dry_run), as_json=as_json)


@command("appoint")
@click.argument("phone")
@click.option("--name", help="Whose account it is, where several people share the phone.")
@as_json
def appoint(phone: str, *, name: str | None, as_json: bool) -> None:
    """Make the person who has signed up with PHONE an officer: how a commune gets its first one."""
    commune_id = commune_of(reading(), current_settings()).id
    person, now = queries.person_to_appoint(reading(), commune_id, Phone.written(phone), name), clock.now()
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


def _answer(report: ImportReport, *, dry_run: bool) -> dict[str, object]:
    rows = [
        {"row": one.number, "name": one.name, "outcome": one.outcome.value, "reason": one.reason}
        for one in report.decisions
        if one.reason or one.outcome is not RowOutcome.UNCHANGED
    ]
    return {"dry_run": dry_run, **{outcome.value: report.count(outcome) for outcome in RowOutcome}, "rows": rows}


def _text(report: ImportReport, *, dry_run: bool) -> str:
    head = "Chạy thử, chưa ghi gì.\n" if dry_run else ""
    counts = (
        f"Thêm mới {report.count(RowOutcome.CREATED)}, cập nhật {report.count(RowOutcome.UPDATED)}, "
        f"không đổi {report.count(RowOutcome.UNCHANGED)}, chưa nhận {report.count(RowOutcome.REFUSED)}."
    )
    told = [*report.refused, *report.partly_read]
    return "\n".join([head + counts, *(f"Dòng {one.number} ({one.name}): {one.reason}" for one in told)])


COMMANDS = (import_register, appoint)
