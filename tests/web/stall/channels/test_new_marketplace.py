"""A marketplace is one folder: every page and the command know a pretended one as soon as it is registered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.queries import platform_words
from market.base.seen import seen_of
from market.catalog.models import Product
from market.channels.formats import FORMATS
from market.channels.formats.shopee.format import Shopee
from market.channels.formats.template import sort_out
from market.channels.models import ExportRun
from market.channels.ports import Book, Heads
from market.channels.queries import category_facts, chosen_categories
from market.channels.rules import ChannelListing, FilledRows, Row, TemplateCategory, TemplateManifest
from tests.cast import Cast
from tests.catalog.shelf import goods_of
from tests.channels.templates import SHOPEE, Maker, cells
from tests.registries import only
from tests.web.stall.channels.conftest import at, send

FAIR = Maker().make({"Phiên chợ": [["mon", "nganh", "gia", "xe"], ["Tên món", "Ngành", "Giá", "Xe lam"]]})


@dataclass(frozen=True, slots=True)
class Fair:
    """A pretended marketplace with two categories and one way of shipping."""

    name: str = "phien-cho"
    label: str = "Phiên chợ huyện"
    where: str = "Hỏi ban quản lý phiên chợ để lấy mẫu."

    def read(self, book: Book, heads: Heads) -> TemplateManifest | None:
        if "Phiên chợ" not in book.sheets:
            return None
        return TemplateManifest(
            channel=self.name,
            sheet="Phiên chợ",
            columns={"mon": "A", "nganh": "B", "gia": "C", "xe": "D"},
            labels={"xe": "Xe lam"},
            required=frozenset({"mon"}),
            first_row=3,
            categories=(
                TemplateCategory(value="g", path="Thực phẩm/Gạo"),
                TemplateCategory(value="k", path="Thực phẩm/Khác"),
            ),
            weight_unit="g",
            examples={},
        )

    def shipping(self, manifest: TemplateManifest) -> Mapping[str, str]:
        return {"xe": manifest.labels["xe"]}

    def to_rows(
        self, listings: Sequence[ChannelListing], manifest: TemplateManifest, shipping: Sequence[str]
    ) -> FilledRows:
        def compose(listing: ChannelListing) -> list[Row]:
            shared: Row = {"mon": listing.name, "nganh": listing.category or ""} | dict.fromkeys(shipping, "có")
            return [dict(shared) | {"gia": variant.price} for variant in listing.variants]

        return sort_out(listings, manifest, reasons=lambda _listing: iter(()), compose=compose)


@pytest.fixture(autouse=True)
def fair() -> Iterator[None]:
    with only(FORMATS, Shopee(), Fair()):
        yield


def test_its_pages_are_there_from_the_template_to_the_filled_file(
    htx: FlaskClient, cast: Cast, session: Session
) -> None:
    offered = htx.get(at(cast)).text
    assert "Phiên chợ huyện" in offered
    assert "Hỏi ban quản lý phiên chợ" in offered
    assert send(htx, cast, "phien-cho", FAIR).location == at(cast, "/phien-cho")
    board = htx.get(at(cast, "/phien-cho")).text
    assert "Sẵn sàng đăng" in board
    assert "Xe lam" in board
    assert htx.post(at(cast, "/phien-cho/xuat"), data={"shipping": "xe"}).status_code == 303
    run = session.scalars(select(ExportRun)).one()
    file = htx.get(at(cast, f"/tep/{run.id}"))
    assert f"phien-cho-{cast.htx.slug}-{run.id}.xlsx" in file.headers["Content-Disposition"]
    assert [row[3] for row in cells(file.data, "Phiên chợ")[2:]] == ["có"]


def test_its_categories_are_chosen_apart_from_the_others(htx: FlaskClient, cast: Cast, session: Session) -> None:
    send(htx, cast, "phien-cho", FAIR)
    send(htx, cast, "shopee")
    product = rice(session, cast)
    address = at(cast, f"/phien-cho/mon/{product}")
    page = htx.get(address).text
    assert "Ngành hàng trên Phiên chợ huyện" in page
    fields = {"value": "k", "seen": seen_of(category_facts(None))}
    assert htx.post(f"{address}/nganh-hang", data=fields).status_code == 303
    assert chosen_categories(session, "phien-cho", [product]) == {product: "k"}
    assert chosen_categories(session, "shopee", [product]) == {}


def rice(session: Session, cast: Cast) -> int:
    return session.scalars(select(Product.id).where(Product.stall_id == cast.htx.stall)).one()


def test_another_marketplaces_template_is_told_apart_by_its_label(htx: FlaskClient, cast: Cast) -> None:
    page = send(htx, cast, "phien-cho", SHOPEE)
    assert page.status_code == 422
    assert "Đây là mẫu của Shopee, không phải của Phiên chợ huyện" in page.text


def test_the_stalls_goods_and_the_kpi_call_it_by_its_label(htx: FlaskClient, cast: Cast) -> None:
    page = htx.get(goods_of(cast.htx)).text
    assert "Shopee, Phiên chợ huyện: điền sẵn vào mẫu của shop bạn" in page
    assert "TikTok" not in page
    words = platform_words()
    assert [words.get(name) for name in ("phien-cho", "tiktok", "cho_so")] == ["Phiên chợ huyện", None, "Chợ số"]
    with only(FORMATS, replace(Fair(), name="postmart")):
        assert platform_words()["postmart"] == "Phiên chợ huyện", "one that gets files is called as its folder says"


def test_one_that_is_not_registered_has_no_page(htx: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    send(htx, cast, "phien-cho", FAIR)
    monkeypatch.delitem(FORMATS, "phien-cho")
    assert htx.get(at(cast, "/phien-cho")).status_code == 404
    assert htx.get(at(cast)).status_code == 200


def test_the_command_fills_its_template(app: Flask, cast: Cast, tmp_path: Path) -> None:
    template, out = tmp_path / "mau.xlsx", tmp_path / "ra.xlsx"
    template.write_bytes(FAIR)
    call = ["export-channel", "phien-cho", "--stall", cast.htx.slug, "--template", str(template), "--out", str(out)]
    answer = app.test_cli_runner().invoke(args=call)
    assert answer.exit_code == 0, answer.stderr
    assert len(cells(out.read_bytes(), "Phiên chợ")) == 3
