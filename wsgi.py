"""The WSGI entry point: `flask --app wsgi`, `gunicorn wsgi:app`."""

import sys

from market.app import create_app
from market.base.config import BadSettings

try:
    app = create_app()
except BadSettings as faults:
    sys.exit(f"Chợ số chưa chạy được vì cấu hình sai:\n{faults}")
