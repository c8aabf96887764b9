"""What is written in one go for many rows: it is what would be written for each by itself."""

from flask import Flask, url_for
from wtforms.widgets import Select

from market.web.base.forms import BaseForm, ChoiceField
from market.web.base.row_links import RowLinks


class Choosing(BaseForm):
    kind = ChoiceField("Loại", choices={"": "Mọi loại", 'a&"<b': "c\"d'", "z": "<b>"}, default="z")


def test_the_address_of_a_row_is_the_one_built_for_it_alone(app: Flask) -> None:
    with app.test_request_context():
        stall = {"gian": "rau-ba-lan", "cho_tien": 2}
        for code in ("DS123", "HT-9999", "1"):
            built = url_for("stall.money_received", code=code, **stall)  # type: ignore[arg-type]
            assert RowLinks("stall.money_received", "code", **stall)(code) == built
        for number in (1, 2**31 - 1):
            built = url_for("stall.money_undo", allocation_id=number, **stall)  # type: ignore[arg-type]
            assert RowLinks("stall.money_undo", "allocation_id", **stall)(number) == built
        assert RowLinks("office.business", "business_id")(7) == url_for("office.business", business_id=7)


def test_a_list_of_options_is_written_as_wtforms_writes_it(app: Flask) -> None:
    with app.test_request_context():
        field = Choosing().kind
        assert str(field()) == str(Select()(field))
