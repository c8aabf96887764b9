"""Commands of the marketplaces' files."""

from collections.abc import Sequence
from pathlib import Path

import click

from market.base.commands import as_json, check_writable, command, links, of_commune, say
from market.base.config import current_settings
from market.base.db import reading
from market.base.errors import NotFound
from market.base.files import write_whole
from market.channels import actions
from market.channels.exporting import listings_for
from market.channels.formats import FORMATS
from market.channels.rules import Refusal
from market.places.queries import commune_named
from market.sellers.models import Stall
from market.sellers.queries import stall_by_slug


def _known_channel(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """A marketplace by its name; BadParameter (exit 2) names those there are."""
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(map(repr, FORMATS))}.")
    return name


@command("export-channel")
@click.argument("channel", callback=_known_channel)
@click.option("--stall", "slug", required=True, help="The stall's address, such as rau-ba-lan.")
@click.option("--template", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@of_commune
@as_json
def export_channel(channel: str, *, slug: str, template: Path, out: Path, commune: str | None, as_json: bool) -> None:
    """Fill a seller's own downloaded template of CHANNEL with the stall's goods."""
    check_writable(out)
    owner = commune_named(reading(), current_settings(), commune)
    stall, address = _stall(owner.id, slug), links(owner.host)
    opened = actions.checked_template(template.read_bytes(), channel)
    listings = listings_for(owner.id, stall.id, channel, opened.manifest)
    try:
        file = actions.fill_template(opened, listings)
    except actions.NothingGoes as error:
        _tell_refused(error.filled.refused)
        raise
    write_whole(out, file.content)
    if not current_settings().is_https:
        click.echo(f"Ảnh nằm ở {address.host}: sàn chỉ lấy được ảnh khi chợ có địa chỉ https công khai.", err=True)
    _tell(channel, out, file, as_json=as_json)


def _stall(commune_id: int, slug: str) -> Stall:
    stall = stall_by_slug(reading(), commune_id, slug)
    if stall is None:
        raise NotFound(f"Không có gian hàng nào ở địa chỉ {slug}.")
    return stall


def _tell(channel: str, out: Path, file: actions.FilledFile, *, as_json: bool) -> None:
    refused = file.filled.refused
    if not as_json:
        _tell_refused(refused)
    answer = {
        "channel": channel,
        "file": str(out),
        "sha256": file.sha256,
        "products": file.listed,
        "rows": len(file.filled.rows),
        "refused": [
            {"product": one.listing.product_id, "name": one.listing.name, "reasons": list(one.reasons)}
            for one in refused
        ],
    }
    text = f"{FORMATS[channel].label}: {file.listed} món, {len(file.filled.rows)} dòng vào {out}; "
    say(answer, f"{text}{len(refused)} món chưa đi được.", as_json=as_json)


def _tell_refused(refused: Sequence[Refusal]) -> None:
    for one in refused:
        click.echo(f"{one.listing.name} (số {one.listing.product_id}): {' '.join(one.reasons)}", err=True)


COMMANDS = (export_channel,)
