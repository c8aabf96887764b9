"""A registry of outside systems pinned to those that a test speaks of: one more of the market's own changes no test."""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar
from unittest.mock import patch


class Named(Protocol):
    """An outside system of any kind."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def only(registry: dict[str, T], *ones: T) -> AbstractContextManager[object]:
    """The registry holds exactly these, in this order, until the context ends; then what it held, in its own order."""
    return patch.dict(registry, {one.name: one for one in ones}, clear=True)
