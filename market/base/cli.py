"""Commands of the house: one archive out, one archive in, data keys that change."""

from dataclasses import asdict
from pathlib import Path

import click

from market.base import backup, clock
from market.base.commands import as_json, command, say
from market.base.errors import Refused
from market.base.rekey import Rekeyed, rekey
from market.base.secrets import BRING_BACK


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


@command("rekey")
@as_json
def rekey_data(*, as_json: bool) -> None:
    """Bring what older data keys sealed to the first of CHOSO_DATA_KEYS, and say which older ones are still needed."""
    done = rekey()
    say(asdict(done), _rekeyed(done), as_json=as_json)
    if done.unopened:
        raise Refused("unopened", f"Có dữ liệu mà khóa hiện nay không mở được: {_listed(done.unopened)}. {BRING_BACK}")


def _rekeyed(done: Rekeyed) -> str:
    said = f"Đã chuyển {done.renewed} giá trị sang khóa đang dùng (khóa đứng đầu CHOSO_DATA_KEYS)."
    if done.older:
        return f"{said} Giữ lại các khóa cũ: chỉ chúng tra được {_listed(done.older)}."
    return said if done.unopened else f"{said} Không còn gì cần khóa cũ."


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} giá trị {name}" for name, count in counts.items())


COMMANDS = (back_up, restore, rekey_data)
