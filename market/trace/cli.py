"""Commands of the stamps."""

from pathlib import Path

import click

from market.base import clock
from market.base.audit import Actor
from market.base.commands import as_json, check_writable, command, of_commune, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.files import write_whole
from market.places.queries import commune_named
from market.trace import actions, queries
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
    with transaction() as writing:
        which = actions.LotRef(stall_id=found.stall_id, lot_id=found.id)
        printed = actions.print_stamps(writing, Actor(), which, count, clock=clock.now)
    numbered = list(enumerate(printed.codes, start=printed.serials.first))
    write_whole(out, stamp_sheet(label_of(found), numbered))
    pages = -(-count // A4.labels_a_page)
    answer = {
        "lot": found.code,
        "count": count,
        "first": printed.serials.first,
        "last": printed.serials.last,
        "pages": pages,
        "file": str(out),
        "codes": list(printed.codes),
    }
    text = f"Đã in {count} tem (số {printed.serials.first} đến {printed.serials.last}) của lô {found.code}: {out}"
    say(answer, f"{text}, {pages} trang.", as_json=as_json)


COMMANDS = (stamps,)
