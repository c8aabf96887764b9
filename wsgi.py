"""The WSGI entry point: `flask --app wsgi`, `granian --interface wsgi wsgi:app`."""

import multiprocessing
import os
import signal
import sys
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from market.app import create_app
from market.base.config import BadSettings
from market.base.errors import Refused
from market.base.logs import fault_of
from market.web.base.readiness import check_before_serving


def is_command() -> bool:
    """Whether a command loads this. It must run where a server must not: `flask doctor` says what keeps one from
    starting."""
    running = click.get_current_context(silent=True)
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true" and (running is None or running.info_name != "run")


def refuse_to_start(sentence: str) -> NoReturn:
    """Say why on stderr and end. granian would start a worker that ended anew, again and again: its master, whose child
    this process then is, is told to quit, which is no clean end."""
    print(sentence, file=sys.stderr, flush=True)
    master = multiprocessing.parent_process()
    if master is not None and master.pid is not None:
        os.kill(master.pid, signal.SIGQUIT)
    raise SystemExit(1)


try:
    serves = not is_command()
    app = create_app(serves=serves)
    if serves:
        check_before_serving(app)
except BadSettings as faults:
    refuse_to_start(f"Chợ số chưa chạy được vì cấu hình sai:\n{faults}")
except Refused as refusal:
    refuse_to_start(refusal.sentence)
except SQLAlchemyError as error:
    refuse_to_start(f"Chợ số chưa chạy được vì cơ sở dữ liệu báo lỗi: {fault_of(error)}")
