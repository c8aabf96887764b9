"""Every test makes an application of its own; compiling its routes is most of that work, and the same each time."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_known: dict[object, Callable[..., tuple[str, str]]] = {}


def _compiled(rule: Rule, append_unknown: bool = True) -> Any:
    """The address builder of a rule; rules of one shape share theirs, which looks the converters up on the rule."""
    if rule.defaults:
        return _compile(rule, append_unknown)
    shape = (tuple(rule._trace), append_unknown)
    if shape not in _known:
        _known[shape] = _compile(rule, append_unknown)
    return _known[shape]


def compile_once() -> None:
    """From now on compile the routes of this process's applications once."""
    Rule._compile_builder = _compiled  # type: ignore[method-assign]
