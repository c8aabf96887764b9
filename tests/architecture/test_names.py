"""One name, four places: the endpoint, its view function, its template, its test file."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.architecture.sources import MARKET, ROOT, TEMPLATES, endpoints_named, page_templates, python_files

MACHINES = {"static", "healthz", "metrics", "service_worker"}


def files_testing(name: str, *, is_page: bool) -> Iterator[str]:
    """The test files an endpoint may have: its own; without a page of its own also that of a beginning of its name."""
    words = name.split("_")
    for count in range(len(words), 0, -1):
        yield f"test_{'_'.join(words[:count])}.py"
        if is_page:
            return


Places = Mapping[str, Path]
"""Endpoint -> its area: `stall/products`."""


def area_of(module: str) -> Path:
    """The area of a view's module: `market.web.stall.products.views.photos` is `stall/products`."""
    return Path(*module.removeprefix("market.web.").partition(".views")[0].split("."))


def places_of(app: Flask) -> dict[str, Path]:
    return {name: area_of(view.__module__) for name, view in app.view_functions.items() if name not in MACHINES}


def template_of(endpoint: str, area: Path) -> Path:
    return area / f"{endpoint.partition('.')[2]}.html"


def strangely_named(app: Flask) -> list[str]:
    """Endpoints that are not `<front end>.<view's name>`, or whose view stands in no `views` of that front end."""
    strange = []
    for endpoint, area in places_of(app).items():
        view = app.view_functions[endpoint]
        front, _, name = endpoint.partition(".")
        if (view.__name__, area.parts[0]) != (name, front) or ".views" not in view.__module__:
            strange.append(f"{endpoint} is {view.__module__}.{view.__name__}")
    return strange


def untested(places: Places, templates: Path, tests: Path) -> list[str]:
    """The endpoints that no test file of their area is named after."""
    missing = []
    for endpoint, area in places.items():
        is_page = (templates / template_of(endpoint, area)).exists()
        files = files_testing(endpoint.partition(".")[2], is_page=is_page)
        if not any((tests / area / file).exists() for file in files):
            missing.append(endpoint)
    return missing


def pages_without_endpoint(templates: Path, places: Places) -> list[str]:
    named = {str(template_of(endpoint, area)) for endpoint, area in places.items()}
    pages = [str(path.relative_to(templates)) for path in page_templates(templates)]
    return [page for page in pages if page not in named]


def test_every_endpoint_is_its_view_function_s_name(bare_app: Flask) -> None:
    assert strangely_named(bare_app) == []


def test_every_endpoint_has_its_test_file(bare_app: Flask) -> None:
    assert untested(places_of(bare_app), TEMPLATES, ROOT / "tests" / "web") == []


def test_every_page_template_has_its_endpoint(bare_app: Flask) -> None:
    assert pages_without_endpoint(TEMPLATES, places_of(bare_app)) == []


def test_every_page_has_four_places_with_one_name(bare_app: Flask) -> None:
    """What CONTRIBUTING tells a newcomer, for the page it takes as its example."""
    area = places_of(bare_app)["stall.product_edit"]
    assert area == Path("stall", "products")
    assert (TEMPLATES / area / "product_edit.html").exists()
    assert (ROOT / "tests" / "web" / area / "test_product_edit.py").exists()


def test_a_planted_endpoint_and_a_planted_page_are_caught(tmp_path: Path) -> None:
    area = Path("stall", "orders")
    tests, pages = tmp_path / "tests", tmp_path / "templates"
    (tests / area).mkdir(parents=True)
    (tests / area / "test_order.py").touch()
    (pages / area).mkdir(parents=True)
    for name in ("order.html", "order_list.html", "_piece.html", "lonely.html"):
        (pages / area / name).touch()
    places = dict.fromkeys(("stall.order_accept", "stall.order_list", "stall.order"), area)
    assert untested(places, pages, tests) == ["stall.order_list"]
    assert pages_without_endpoint(pages, places) == ["stall/orders/lonely.html"]
    assert untested({"stall.order": Path("stall", "money")}, pages, tests) == ["stall.order"]


def test_a_planted_view_of_another_front_end_is_caught() -> None:
    app = Flask("planted")

    def order() -> str:
        return ""

    order.__module__ = "market.web.stall.orders.views"
    app.add_url_rule("/a", endpoint="stall.order", view_func=order)
    assert strangely_named(app) == []
    app.add_url_rule("/b", endpoint="shop.order", view_func=order)
    assert strangely_named(app) == ["shop.order is market.web.stall.orders.views.order"]


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


TEMPLATE_NAME = re.compile(r"""["']([a-z_]+(?:/[a-z_0-9]+)*\.html)["']""")


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
