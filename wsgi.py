"""The WSGI entry point: `flask --app wsgi`, `granian --interface wsgi wsgi:app`."""

import multiprocessing
import os
import signal
import sys
from typing import NoReturn

from market.accounts.checks import refuse_demo_people
from market.app import create_app
from market.base.config import BadSettings
from market.base.errors import Refused
from market.base.revisions import refuse_unknown_schema_if_there

# A command must run where a server must not: `flask doctor` says what keeps the server from starting.
IS_COMMAND = os.environ.get("FLASK_RUN_FROM_CLI") == "true" and "run" not in sys.argv[1:]


def refuse_to_start(sentence: str) -> NoReturn:
    """Say why on stderr and end. granian would start a worker that ended anew, again and again: its master, whose child
    this process then is, is told to quit, which is no clean end."""
    print(sentence, file=sys.stderr, flush=True)
    master = multiprocessing.parent_process()
    if master is not None and master.pid is not None:
        os.kill(master.pid, signal.SIGQUIT)
    raise SystemExit(1)


try:
    app = create_app(serves=not IS_COMMAND)
    if not IS_COMMAND:
        with app.app_context():
            refuse_unknown_schema_if_there()
            refuse_demo_people(app.config["CHOSO"])
except BadSettings as faults:
    refuse_to_start(f"Chợ số chưa chạy được vì cấu hình sai:\n{faults}")
except Refused as refusal:
    refuse_to_start(refusal.sentence)
