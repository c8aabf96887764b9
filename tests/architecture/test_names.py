"""One name, four places: the endpoint, its view function, its template, its test file."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.architecture.sources import MARKET, ROOT, TEMPLATES, endpoints_named, page_templates, python_files

MACHINES = {"static", "healthz"}


def files_testing(name: str, *, is_page: bool) -> Iterator[str]:
    """The test files an endpoint may have: its own; without a page of its own also that of a beginning of its name."""
    words = name.split("_")
    for count in range(len(words), 0, -1):
        yield f"test_{'_'.join(words[:count])}.py"
        if is_page:
            return


def untested(endpoints: Mapping[str, bool], tests: Path) -> list[str]:
    """The endpoints (with whether each has a page) that no test file is named after."""
    missing = []
    for endpoint, is_page in endpoints.items():
        piece, _, name = endpoint.partition(".")
        if not any((tests / piece / file).exists() for file in files_testing(name, is_page=is_page)):
            missing.append(endpoint)
    return missing


def pages_without_endpoint(templates: Path, endpoints: Mapping[str, object]) -> list[str]:
    names = {path: f"{path.parent.name}.{path.stem}" for path in page_templates(templates)}
    return [str(path.relative_to(templates)) for path, name in names.items() if name not in endpoints]


def endpoints_of(app: Flask) -> dict[str, bool]:
    return {
        endpoint: (TEMPLATES / f"{endpoint.replace('.', '/')}.html").exists()
        for endpoint in app.view_functions
        if endpoint not in MACHINES
    }


def test_every_endpoint_is_its_view_function_s_name(bare_app: Flask) -> None:
    strange = []
    for endpoint, view in bare_app.view_functions.items():
        if endpoint in MACHINES:
            continue
        piece, _, name = endpoint.partition(".")
        if view.__name__ != name or not view.__module__.startswith(f"market.{piece}.views"):
            strange.append(f"{endpoint} is {view.__module__}.{view.__name__}")
    assert strange == []


def test_every_endpoint_has_its_test_file(bare_app: Flask) -> None:
    assert untested(endpoints_of(bare_app), ROOT / "tests") == []


def test_every_page_template_has_its_endpoint(bare_app: Flask) -> None:
    assert pages_without_endpoint(TEMPLATES, bare_app.view_functions) == []


def test_a_planted_endpoint_and_a_planted_page_are_caught(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "test_order.py").touch()
    endpoints = {"orders.order_accept": False, "orders.order_list": True, "orders.order": True}
    assert untested(endpoints, tmp_path) == ["orders.order_list"]
    for name in ("order.html", "_piece.html", "lonely.html"):
        (tmp_path / "orders" / name).touch()
    assert pages_without_endpoint(tmp_path, endpoints) == ["orders/lonely.html"]


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", [*templates(), *python_files(MARKET)], ids=lambda path: str(path.relative_to(MARKET)))
def test_no_source_names_an_unknown_endpoint(bare_app: Flask, path: Path) -> None:
    assert endpoints_named(path.read_text("utf-8")) - set(bare_app.view_functions) == set()


def test_an_unknown_endpoint_is_seen() -> None:
    assert endpoints_named("""{{ url_for('shop.home') }} {{ pager(1, 2, endpoint="shop.nowhere") }}""") == {
        "shop.home",
        "shop.nowhere",
    }


WRITTEN_OUT = re.compile(r"""(?:href|action)="(/[^"?#]*)""")


EXAMPLES = ("1", "L261113A")
"""What may stand where a template fills something in: a number or a name; a lot's code."""


def dead_addresses(app: Flask, text: str) -> list[str]:
    """The addresses a template writes out that no route answers."""
    routes = app.url_map.bind("cho.test")

    def answers(address: str) -> bool:
        filled = [re.sub(r"{{.*?}}", example, address) for example in EXAMPLES]
        return any(routes.test(path, method) for path in filled for method in ("GET", "POST"))

    return [address for address in WRITTEN_OUT.findall(text) if not answers(address)]


def test_every_address_written_out_has_its_page(bare_app: Flask) -> None:
    assert [dead for path in templates() for dead in dead_addresses(bare_app, path.read_text("utf-8"))] == []
    assert dead_addresses(bare_app, '<a href="/gio-hang">') == []
    assert dead_addresses(bare_app, '<a href="/khong-co/{{ id }}?x=1">') == ["/khong-co/{{ id }}"]


TEMPLATE_NAME = re.compile(r"""["']([a-z_]+(?:/[a-z_0-9]+)?\.html)["']""")


def test_every_template_is_used_and_every_used_template_exists() -> None:
    sources = [*templates(), *python_files(MARKET)]
    used = {name for path in sources for name in TEMPLATE_NAME.findall(path.read_text("utf-8"))}
    existing = {str(path.relative_to(TEMPLATES)) for path in templates()}
    assert used - existing == set(), "used, but not there"
    assert existing - used == set(), "there, but not used"


INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\b(?:src=|application/ld\+json))", re.I)


def test_no_template_holds_inline_script_or_style() -> None:
    assert [path.name for path in templates() if INLINE.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("planted", ['<p style="x">', '<a onclick="x">', "<style>", "<script>x</script>"])
def test_planted_inline_script_or_style_is_caught(planted: str) -> None:
    assert INLINE.search(f"<main>{planted}</main>")
