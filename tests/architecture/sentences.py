"""Every sentence that the market says to people, as it is written in templates, code and scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import MARKET, TEMPLATES, python_files

SCRIPTS = MARKET / "static" / "js"
_VIETNAMESE = re.compile(r"[À-ỹĐđ₫]")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|' + r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_SHOWN = re.compile(r"""\b(?:alt|aria-label|placeholder|title|content)="([^"]*)\"""")
_UNSHOWN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


def sentences_of(path: Path) -> Iterator[str]:
    """The texts of a file that somebody reads: those of a template whatever they are, of a program those with a letter
    that only Vietnamese has."""
    source = path.read_text("utf-8")
    if path.suffix == ".html":
        yield from template_texts(source)
    elif path.suffix == ".js":
        yield from (text for text in _literals(re.sub(r"(?m)(?<!:)//.*$", "", source)) if _VIETNAMESE.search(text))
    else:
        yield from (text for text in _strings(ast.parse(source)) if _VIETNAMESE.search(text))


def template_texts(source: str) -> Iterator[str]:
    """What stands between tags, in attributes that are shown or read out, and in literals that hold words."""
    source = _UNSHOWN.sub(" ", _COMMENT.sub(" ", source))
    for code in _CODE.findall(source):
        yield from (text for text in _literals(code) if _VIETNAMESE.search(text))
    plain = _CODE.sub("\x00", source)
    for tag in _TAG.findall(plain):
        yield from (text for text in _SHOWN.findall(tag) if text.strip("\x00 "))
    yield from (" ".join(text.split()) for text in re.split(r"\n|\x00", _TAG.sub("\n", plain)) if text.strip())


def _literals(source: str) -> Iterator[str]:
    yield from ("".join(found) for found in _LITERAL.findall(source))


def _strings(tree: ast.Module) -> Iterator[str]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def files_for_people() -> list[Path]:
    return [*python_files(MARKET), *sorted(TEMPLATES.rglob("*.html")), *sorted(SCRIPTS.glob("*.js"))]
