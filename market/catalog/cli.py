"""Commands about goods."""

import click

from market.base import clock
from market.base.commands import as_json, command, of_commune, say
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.catalog.actions.search import rebuild_words
from market.catalog.queries.browse import names_of
from market.catalog.queries.search import search
from market.places.queries import commune_named


@command("search")
@click.argument("text")
@click.option("--limit", default=20, type=click.IntRange(1, 1000), help="At most so many.")
@of_commune
@as_json
def search_goods(text: str, *, limit: int, commune: str | None, as_json: bool) -> None:
    """Print ids and names of the goods that TEXT finds, in the market's order."""
    session = reading()
    commune_id = commune_named(session, current_settings(), commune).id
    found = search(session, commune_id, text, now=clock.now(), size=limit)
    names = names_of(session, found.ids)
    if found.is_wider:
        click.echo(f"Không có món nào đủ cả {text}, đang xem món có {found.instead}.", err=True)
    elif found.instead:
        click.echo(f"Không có kết quả cho {text}, đang xem kết quả cho {found.instead}.", err=True)
    rows = [{"id": product_id, "name": names[product_id]} for product_id in found.ids]
    say(rows, "\n".join(f"{row['id']}\t{row['name']}" for row in rows), as_json=as_json)


@command("reindex")
def reindex() -> None:
    """Count the words of all names anew, where the doctor says that goods are not found."""
    with transaction() as session:
        rebuild_words(session)
    click.echo("Đã đếm lại từ tìm kiếm của mọi món.")


COMMANDS = (search_goods, reindex)
