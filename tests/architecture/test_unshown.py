"""What is secret is not in the text of what holds it: that text stands in logs and tracebacks."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import MARKET, python_files

SECRET = re.compile(r"(^|_)(password|password_hash|secret|secret_key)$")


def shown_secrets(source: str) -> Iterator[str]:
    """The secret fields of a source's dataclasses that their own text would show: `NewPerson.password`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            for part in node.body:
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    value = ast.unparse(part.value) if part.value else ""
                    if SECRET.search(part.target.id) and "repr=False" not in value:
                        yield f"{node.name}.{part.target.id}"


def test_no_text_of_a_dataclass_shows_a_secret() -> None:
    found = {path: list(shown_secrets(path.read_text("utf-8"))) for path in python_files(MARKET)}
    assert {path.relative_to(MARKET).as_posix(): names for path, names in found.items() if names} == {}


def test_a_secret_that_is_shown_is_seen() -> None:
    shown = "@dataclass(frozen=True)\nclass New:\n    name: str\n    hook_secret: str | None\n    password: str = 'x'\n"
    assert list(shown_secrets(shown)) == ["New.hook_secret", "New.password"]
    assert list(shown_secrets(shown.replace("'x'", "field(repr=False)"))) == ["New.hook_secret"]
