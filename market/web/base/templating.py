"""Jinja as every page goes through it."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]


def escaped(value: Any) -> str:
    """What `markupsafe.escape` makes of a value, as a plain text: what is written out is joined at once, and to make a
    Markup of it first takes seven times as long as to escape it."""
    kind = type(value)
    if kind is str:
        text: str = _escape_inner(value)
        return text
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)


class _CodeGenerator(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Templates(Environment):
    """Jinja with each template's globals in one dict, as they stand when it is loaded. Every page, and every import in
    it, goes through them all: in Jinja's chain of dicts that takes a tenth of b each time (docs/benchmarks.md)."""

    code_generator_class = _CodeGenerator
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals | dict(d or ())
