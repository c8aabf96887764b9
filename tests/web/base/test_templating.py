"""What pages write out is escaped as MarkupSafe does it, whatever it is and wherever it stands."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask
from jinja2 import Undefined
from markupsafe import Markup, escape

from market.catalog.queries.browse import Card
from market.orders.rules import OrderStatus
from market.values.money import Dong
from market.values.phone import Phone
from market.web.base.fragments import product_grid
from market.web.base.templating import escaped

BAD = "<b>\"Rau\" & 'củ'</b>"


@dataclass(frozen=True)
class _Says:
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Draws:
    def __html__(self) -> str:
        return "<hr>"


class _Text(str):
    """A text of a kind of its own is escaped as any other."""

    __slots__ = ()


VALUES = [
    "",
    "Gạo nếp",
    BAD,
    _Text(BAD),
    Markup("<hr>"),
    _Says(BAD),
    _Draws(),
    0,
    -12,
    True,
    None,
    2.5,
    Decimal("2.50"),
    Dong(35_000),
    Phone("0912345678"),
    OrderStatus.PLACED,
    Undefined(name="x"),
    [BAD, Markup("<hr>")],
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_written_as_markupsafe_escapes_it(app: Flask, value: object) -> None:
    assert escaped(value) == str(escape(value))
    for source in (
        "{{ x }}",
        "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(x) }}",
        "{% set s %}{{ x }}{% endset %}{{ s }}",
        "{% for y in [x] %}{{ y }}{% endfor %}",
        "{% filter trim %}{{ x }}{% endfilter %}",
    ):
        template = app.jinja_env.from_string(source)
        assert template.render(x=value) == str(escape(value)), source


def test_what_a_seller_writes_is_text_on_a_card_and_ends_none(app: Flask) -> None:
    facts = {"id": 1, "slug": "rau", "photo": "a", "price": Dong(5_000), "unit": "kg", "left": None}
    card = Card(**facts, name=f"</a></li><>{BAD}", hamlet="<>", has_choice=False, has_stamp=False)
    with app.test_request_context("/"):
        grid = product_grid([card, card._replace(id=2), card._replace(id=3)])
    assert grid.count("<li>") == grid.count("</a></li>") == 3
    assert grid.count("&lt;/a&gt;&lt;/li&gt;&lt;&gt;&lt;b&gt;") == 3
    assert "<>" not in grid
    assert "<b>" not in grid
