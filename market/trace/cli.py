"""Commands of the stamps."""

from pathlib import Path

import click

from market.base import clock
from market.base.audit import Actor
from market.base.batch import Pace
from market.base.commands import as_json, check_writable, command, of_commune, say
from market.base.config import current_settings
from market.base.db import reading
from market.base.files import write_whole
from market.places.queries import commune_named
from market.trace import actions, queries
from market.trace.actions import LotRef, Printing, Serials
from market.trace.printing import A4, stamp_sheet
from market.trace.sheets import label_of

MOST = 20_000


@command("stamps")
@click.argument("lot")
@click.option("--count", type=click.IntRange(1, MOST), required=True, help="How many stamps to make.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The PDF.")
@of_commune
@as_json
def stamps(lot: str, *, count: int, out: Path, commune: str | None, as_json: bool) -> None:
    """Make COUNT new stamps of LOT and print them on A4 sheets, 65 a page."""
    check_writable(out)
    owner = commune_named(reading(), current_settings(), commune)
    found = queries.lot_of_commune(reading(), owner.id, lot)
    serials = _printed(LotRef(stall_id=found.stall_id, lot_id=found.id), count)
    numbered = queries.stamps_between(reading(), found.id, serials.first, serials.last)
    write_whole(out, stamp_sheet(label_of(found), numbered))
    pages = -(-count // A4.labels_a_page)
    answer = {
        "lot": found.code,
        "count": count,
        "first": serials.first,
        "last": serials.last,
        "pages": pages,
        "file": str(out),
        "codes": [code for _, code in numbered],
    }
    text = f"Đã in {count} tem (số {serials.first} đến {serials.last}) của lô {found.code}: {out}"
    say(answer, f"{text}, {pages} trang.", as_json=as_json)


def _printed(which: LotRef, count: int) -> Serials:
    """Print them in steps, others let in between."""
    printing, pace = Printing(lot=which, count=count, began_at=clock.now()), Pace()
    while True:
        with pace.transaction() as writing:
            step = actions.print_step(writing, Actor(), printing, most=pace.size, clock=clock.now)
        if step.serials:
            return step.serials
        pace.adjust()


COMMANDS = (stamps,)
