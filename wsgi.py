"""The WSGI entry point: `flask --app wsgi`, `granian --interface wsgi wsgi:app`."""

import os
import sys

from market.app import create_app
from market.base.config import BadSettings
from market.base.errors import Refused
from market.cli import refuse_demo_people

# A command must run where a server must not: `flask doctor` says what keeps the server from starting.
IS_COMMAND = os.environ.get("FLASK_RUN_FROM_CLI") == "true" and "run" not in sys.argv[1:]

try:
    app = create_app(serves=not IS_COMMAND)
    if not IS_COMMAND:
        refuse_demo_people(app)
except BadSettings as faults:
    sys.exit(f"Chợ số chưa chạy được vì cấu hình sai:\n{faults}")
except Refused as refusal:
    sys.exit(refusal.sentence)
