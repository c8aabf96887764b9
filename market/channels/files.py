"""Files in storage: the sellers' templates, what each asks for (read once per process by pages), the filled ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from market.base.outages import Outage, outage_of
from market.base.storage import new_key, storage
from market.channels.formats import Template, open_template
from market.channels.rules import TemplateManifest


@contextmanager
def keeping_workbook(raw: bytes) -> Iterator[str]:
    """Store a workbook; the block writes its key down. Forgotten where it does not: what it raises is raised. Where the
    database gave no answer the key may have been written down, so the file stays."""
    key = new_key("mau", "xlsx")
    storage().put(key, raw)
    try:
        yield key
    except Exception as error:
        if outage_of(error) is not Outage.AWAY:
            forget_workbook(key)
        raise


def forget_workbook(key: str) -> None:
    storage().delete(key)


def workbook_at(key: str) -> bytes:
    return storage().get(key)


def template_at(key: str) -> Template:
    """A stored template, opened to be filled."""
    return open_template(workbook_at(key))


@lru_cache(maxsize=16)
def manifest_at(key: str) -> TemplateManifest:
    """What a stored template asks for; what lies under a key never changes."""
    return template_at(key).manifest
