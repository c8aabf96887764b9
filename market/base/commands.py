"""What every command shares: addresses, `--json`, exit 1 with the reason on stderr for a refusal, 2 for wrong usage."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InternalError, NotSupportedError

from market.base.errors import OutsideError, Refused
from market.base.outages import outage_of
from market.base.ports import Directory, Links

P = ParamSpec("P")
REFUSED = 1
LINKS = "choso_links"
"""Under this name the application keeps its `Links`."""
DIRECTORY = "choso_directory"
"""Under this name, its `Directory`."""


OF_THE_PROGRAM = IntegrityError, DataError, InternalError, NotSupportedError
"""What is a fault of the program, not of the installation."""
LOOK = "Những gì đã có vẫn còn nguyên. Xem cần sửa gì: flask --app wsgi doctor, sửa xong thì chạy lại lệnh này."


def links(host: str | None) -> Links:
    """The application's way to write addresses of the commune with this host (None: it has none of its own)."""
    found: Links = current_app.extensions[LINKS]
    return found.at(host)


def directory() -> Directory:
    """The application's way to find those whom notices are for."""
    found: Directory = current_app.extensions[DIRECTORY]
    return found


def command(name: str) -> Callable[[Callable[P, None]], click.Command]:
    """A command inside the application, whose refusals are told on stderr with exit code 1."""

    def decorate(function: Callable[P, None]) -> click.Command:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except (Refused, OutsideError, ValueError) as error:
                click.echo(str(error), err=True)
                raise SystemExit(REFUSED) from error
            except DatabaseError as error:
                if isinstance(error, OF_THE_PROGRAM) and not outage_of(error):
                    raise
                click.echo(f"Cơ sở dữ liệu báo lỗi: {error.orig}", err=True)
                click.echo(LOOK, err=True)
                raise SystemExit(REFUSED) from error
            except OSError as error:
                if not outage_of(error):
                    raise
                click.echo(f"Không ghi hoặc đọc được {error.filename or 'tệp'}: {error.strerror}.", err=True)
                click.echo(LOOK, err=True)
                raise SystemExit(REFUSED) from error

        return click.command(name)(with_appcontext(guarded))

    return decorate


def check_writable(out: Path) -> None:
    """Before long work: wrong usage, with the reason, where its file cannot be written."""
    try:
        is_new = not out.exists()
        out.open("ab").close()
    except OSError as error:
        raise click.BadParameter(f"Không ghi được {out} ({error.strerror}).", param_hint="--out") from error
    if is_new:
        out.unlink()


of_commune = click.option("--commune", help="The commune's code; without it that of CHOSO_BASE_URL, or the only one.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
ROW_ID = click.IntRange(1, 2**63 - 1)
"""A number that a row may have; neither database could be asked for a larger one."""
PORT = click.IntRange(0, 2**16 - 1)
"""0: any that is free."""


def say(answer: object, text: str, *, as_json: bool) -> None:
    """Print an answer: as JSON where asked for, else as text for people."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) if as_json else text)
