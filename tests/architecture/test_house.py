"""`make house`: lines, circles, and what points upwards, in Python and in templates."""

from pathlib import Path

import grimp
import pytest

from tests.architecture import house
from tests.architecture.sources import MARKET


def graph(**imports: str) -> grimp.ImportGraph:
    """Modules of a small market; each imports the one named."""
    made = grimp.ImportGraph()
    for name, other in imports.items():
        importer, imported = name.replace("__", "."), other
        for module in (importer, imported):
            made.add_module(module)
        made.add_import(importer=importer, imported=imported)
    return made


def test_nothing_in_the_house_points_upwards(capsys: pytest.CaptureFixture[str]) -> None:
    assert house.main() == 0
    told = capsys.readouterr().out
    for title in ("Circles: 0", "Upward references in Python: 0", "Upward references in templates: 0"):
        assert title in told
    assert "market/web/stall/products" in told


def test_the_lines_of_all_folders_are_all_lines() -> None:
    files = [*MARKET.rglob("*.py"), *MARKET.rglob("*.html")]
    assert sum(house.lines_in(MARKET).values()) == sum(path.read_text("utf-8").count("\n") for path in files)


def test_a_planted_import_upwards_is_seen() -> None:
    order = ["app", "web", "orders", "catalog"]
    assert house.upward_imports(graph(market__catalog__rules="market.orders.rules"), order) == [
        "market.catalog.rules -> market.orders.rules"
    ]
    assert house.upward_imports(graph(market__web__shop="market.orders.rules"), order) == []


def test_a_planted_circle_is_seen() -> None:
    planted = graph(market__web__shop__cart__views="market.web.shop.pay", market__web__shop__pay="market.web.shop.cart")
    assert house.circles(planted) == ["market.web.shop.cart <-> market.web.shop.pay"]
    assert house.circles(graph(market__web__shop__cart="market.web.shop.pay")) == []


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("stall/bank/bank.html", '{% extends "shop/_page.html" %}'),
        ("stall/orders/order.html", '{% include "shop/order/_lines.html" %}'),
        ("account/me.html", "{% from 'office/log/_line.html' import line with context %}"),
        ("parts/rows.html", '{%- import "stall/_page.html" as page %}'),
        ("errors/page.html", '{% include "shop/cart/_row.html" %}'),
        ("errors/page.html", "{% extends frame.template %}"),
        ("stall/money/money.html", "{% include piece if piece else 'parts/rows.html' %}"),
    ],
)
def test_a_planted_template_of_another_front_end_is_seen(tmp_path: Path, template: str, line: str) -> None:
    path = tmp_path / template
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n")
    assert [fault.partition(" -> ")[0] for fault in house.upward_templates(tmp_path)] == [template]


@pytest.mark.parametrize(
    "line",
    [
        '{% extends "stall/_page.html" %}',
        '{% from "parts/forms.html" import field %}',
        '{% include "stall/orders/_row.html" %}',
        '{% extends "base.html" %}',
        """<a href="{{ url_for('shop.home') }}">""",
    ],
)
def test_what_is_shared_one_s_own_and_every_link_is_free(tmp_path: Path, line: str) -> None:
    path = tmp_path / "stall" / "money" / "money.html"
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n")
    assert house.upward_templates(tmp_path) == []
