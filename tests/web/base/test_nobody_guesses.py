"""No page and no form chooses for people: what is chosen when it opens is on a list here, with its reason."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import SelectField, SelectMultipleField

from market.web.base.forms import BaseForm, ChoiceField, OneOf
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.pages import Element, parse
from tests.web.base.test_every_route import pages_of
from tests.web.base.world import World

KEPT = "what is kept of it, on the page that changes it"
CHOSEN = {
    ("stall.draft_edit", "unit"): KEPT,
    ("stall.lot_edit", "pack_unit"): KEPT,
    ("stall.product_edit", "unit"): KEPT,
    ("stall.variant_edit", "unit"): KEPT,
    ("stall.settings", "delivers_in_commune"): KEPT,
    ("stall.settings", "hold_days"): KEPT,
    ("stall.settings", "deposit_percent"): KEPT,
    ("stall.visits", "days"): KEPT,
    ("office.business_edit", "hamlet"): KEPT,
    ("office.business_edit", "kind"): KEPT,
    ("office.business_edit", "status"): KEPT,
    ("office.point_edit", "hamlet"): KEPT,
    **dict.fromkeys(
        (
            (page, name)
            for page in ("office.reports", "office.figure_rows_find")
            for name in ("kind", "cut", "signatory")
        ),
        "what the same officer chose for the report before",
    ),
    ("office.idea", "is_published"): KEPT,
    ("office.idea", "state"): KEPT,
    ("office.kpi_periods", "cut"): "the decree's, by which reports are due; the other is one tap away",
    ("office.kpi_periods", "period"): "the month that was over last, whose report is due; nothing is locked by it",
    (
        "stall.helper_visit",
        "place",
    ): "where this helper was last time, else at the house; six touches are all there are",
    (
        "stall.product_new",
        "unit",
    ): "what the stall's newest goods are sold by: its seller's own of last time, and said so",
}
DEFAULTS = {
    ("OpenPeriodForm", "cut"): "the decree's, by which reports are due",
    ("HandOverForm", "how"): "with the buyer's code: the way that asks for more; without it is said",
}
"""Fields whose class chooses."""


@pytest.fixture
def world(cast: Cast, now: Clock) -> World:
    return World.make(cast, now())


def chosen_in(page: Element) -> Iterator[str]:
    """The names of fields that come with an answer: of several options one that says something, one radio, a tick."""
    for one in page.all("select"):
        options = list(one.all("option"))
        shown = next((option for option in options if "selected" in option.attributes), (options or [None])[0])
        if shown is not None and len(options) > 1 and shown.get("value"):
            yield one.get("name")
    inputs = [one for one in page.all("input") if one.get("type") in ("radio", "checkbox")]
    names = [one.get("name") for one in inputs]
    for one in inputs:
        is_alone = one.get("type") == "radio" and names.count(one.get("name")) == 1
        if "checked" in one.attributes and one.get("value") and not is_alone:
            yield one.get("name")


def test_no_page_opens_with_an_answer(app: Flask, world: World, now: Clock) -> None:
    found, pages = set(), 0
    for rule, _path, answer in pages_of(app, world, now):
        if answer.mimetype == "text/html" and answer.status_code == 200:
            pages += 1
            found |= {(rule.endpoint, name.rpartition("-")[2]) for name in chosen_in(parse(answer.text))}
    assert {one for one in found if one not in CHOSEN} == set()
    assert {one for one in CHOSEN if one not in found} == set(), "no longer chosen: take it off the list"
    assert pages > 80


def kinds_of_forms(kind: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from kinds_of_forms(one)


def test_no_form_has_an_answer_of_its_own(app: Flask) -> None:
    found, fields = set(), 0
    for kind in set(kinds_of_forms()):
        for field in kind() if kind.__module__.startswith("market.") else ():
            if isinstance(field, SelectField):
                fields += 1
                if field.data:
                    found.add((kind.__name__, field.short_name))
                assert isinstance(field, ChoiceField | OneOf | SelectMultipleField), f"{kind.__name__}.{field.name}"
    assert found == set(DEFAULTS)
    assert fields > 30


class PayForm(BaseForm):
    """Two lists, one of a single answer."""

    role = ChoiceField("Vai trò", choices={"a": "A > B", "b": "B"}, coerce=str)
    number = ChoiceField("Số", choices={"1": "Một", "2": "Hai"}, coerce=int)
    only = ChoiceField("Chỉ một", choices={"x": "X"})


def test_a_list_of_several_shows_none_of_them_until_one_is_chosen(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"role": "", "number": "", "only": "x"}):
        form = PayForm.of_request()
        assert not form.submitted()
        assert form.errors == {name: ["Mời chọn một mục trong danh sách."] for name in ("role", "number")}
    assert str(PayForm().role()) == (
        '<select id="role" name="role" required><option selected value="">Chọn</option>'
        '<option value="a">A &gt; B</option><option value="b">B</option></select>'
    )
    assert "Chọn" not in str(PayForm(data={"number": 2}).number())
    assert "Chọn" not in str(PayForm().only())


@pytest.mark.parametrize(("in_stock", "expected"), [(2, 0), (1, 1)])
def test_of_several_kinds_of_a_product_the_buyer_chooses(
    client: FlaskClient, cast: Cast, now: Clock, in_stock: int, expected: int
) -> None:
    """The one kind there is left is no choice."""
    shelf.show_picture(cast.dau_xanh, now())
    shelf.add_choice(cast.dau_xanh, on_hand=5000 if in_stock == 2 else 0)
    path = f"/san-pham/{shelf.product_id(cast.dau_xanh)}-x"
    page = parse(client.get(path, follow_redirects=True).text)
    radios = [one for one in page.all("input") if one.get("type") == "radio"]
    assert [len(radios), len([one for one in radios if "checked" in one.attributes])] == [2, expected]
    assert all("required" in one.attributes for one in radios)
    answer = client.post("/gio-hang/them", data={"amount": "1"})
    assert answer.status_code == 422
    assert "chọn loại" in answer.text
