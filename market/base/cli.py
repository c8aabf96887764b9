"""Commands of the house: one archive out, one archive in."""

from dataclasses import asdict
from pathlib import Path

import click

from market.base import backup, clock
from market.base.commands import as_json, command, say


@command("backup")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def back_up(out: Path, *, as_json: bool) -> None:
    """Write the database and the files into one archive (.tar.gz). The data keys are not in it."""
    manifest = backup.back_up(out, now=clock.now())
    rows = sum(manifest.rows.values())
    files = sum(name.startswith("storage/") for name in manifest.files)
    say(asdict(manifest) | {"out": str(out)}, f"Đã sao lưu {rows} dòng và {files} tệp vào {out}.", as_json=as_json)


@command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Drop what is there first.")
@as_json
def restore(archive: Path, *, replace: bool, as_json: bool) -> None:
    """Fill the database and the files from an archive. Stop the web and jobs processes first."""
    manifest = backup.restore(archive, replace=replace)
    rows = sum(manifest.rows.values())
    say(asdict(manifest), f"Đã khôi phục {rows} dòng, sao lưu lúc {manifest.made_at}.", as_json=as_json)


COMMANDS = (back_up, restore)
