"""The WSGI entry point: `flask --app wsgi`, `granian --interface wsgi wsgi:app`."""

import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from typing import NoReturn

import click

from market.base.garbage import freeze_what_is_loaded, nothing_thrown_away

with nothing_thrown_away():
    from sqlalchemy.exc import SQLAlchemyError

    from market.app import create_app
    from market.base.commands import REFUSED
    from market.base.config import BadSettings
    from market.base.errors import Refused
    from market.base.logs import fault_of
    from market.web.base.readiness import check_before_serving


def is_command() -> bool:
    """Whether a command loads this. It must run where a server must not: `flask doctor` says what keeps one from
    starting."""
    running = click.get_current_context(silent=True)
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true" and (running is None or running.info_name != "run")


NOT_STARTED = 3
"""The exit code of a server that must not start: gunicorn, whose workers end with it, ends too."""


def refuse_to_start(sentence: str) -> NoReturn:
    """Say why on stderr and end. granian would start a worker that ended anew, again and again: its master, whose child
    this process then is, is told to quit, which is no clean end."""
    print(sentence, file=sys.stderr, flush=True)
    master = multiprocessing.parent_process()
    if master is not None and master.pid is not None:
        with contextlib.suppress(ProcessLookupError):  # another worker was first
            os.kill(master.pid, signal.SIGQUIT)
    raise SystemExit(NOT_STARTED if serves else REFUSED)


serves = not is_command()
try:
    app = create_app(serves=serves)
    if serves:
        check_before_serving(app)
        freeze_what_is_loaded()
except BadSettings as faults:
    refuse_to_start(f"Chợ số chưa chạy được vì cấu hình sai:\n{faults}")
except Refused as refusal:
    refuse_to_start(refusal.sentence)
except SQLAlchemyError as error:
    refuse_to_start(f"Chợ số chưa chạy được vì cơ sở dữ liệu báo lỗi: {fault_of(error)}")
except Exception:
    if not serves:
        raise
    refuse_to_start(f"Chợ số chưa chạy được vì một lỗi không ngờ:\n{traceback.format_exc()}")
