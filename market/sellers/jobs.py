"""What waits after a spreadsheet was looked at: the file, with its names and phones, is forgotten within a day."""

from datetime import timedelta

from market.base.jobs import Handler, Payload
from market.base.storage import storage

FORGET_REGISTER_FILE = "forget_register_file"
REGISTER_FILE_LIFE = timedelta(days=1)


def forget_register_file(payload: Payload) -> None:
    storage().delete(str(payload["key"]))


HANDLERS: dict[str, Handler] = {FORGET_REGISTER_FILE: Handler(do=forget_register_file)}
