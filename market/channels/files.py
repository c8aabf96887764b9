"""Files in storage: the sellers' templates, what each asks for (read once per process by pages), the filled ones."""

from functools import lru_cache

from market.base.storage import new_key, storage
from market.channels.formats import Template, open_template
from market.channels.rules import TemplateManifest


def keep_workbook(raw: bytes) -> str:
    """Store a workbook; returns its key."""
    key = new_key("mau", "xlsx")
    storage().put(key, raw)
    return key


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
