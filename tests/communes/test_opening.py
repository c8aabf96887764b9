"""`flask commune add FILE.toml --register FILE.xlsx`: a commune with everything in it, or every fault with its line."""

import json
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from market.base.db import Base, reading
from market.catalog.models import Category
from market.places.models import Commune, DatedFact, Hamlet, HamletOpening, PickupPoint
from market.places.queries import commune_named, fact_on, places_of
from market.sellers.models import Business
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

EXAMPLE = Path(__file__).parents[2] / "docs" / "commune.example.toml"
REGISTER = (
    "Tên cơ sở,Loại hình,Thôn,Điện thoại\n"
    "Rau bà Hai,Hộ kinh doanh,thôn Thượng,0900 000 081\n"
    "Bún cô Ba,Hộ kinh doanh,xóm Trên,\n"
    "HTX Hạ,HTX,Hạ,\n"
)


def add(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["commune", "add", *words])


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "so-ho.csv"
    path.write_text(REGISTER.replace("xóm Trên", "thôn Thượng"), "utf-8")
    return path


def rows() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {one.name: reading().scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def test_a_commune_is_opened_from_one_file_and_once_more_adds_nothing(app: Flask, register: Path, now: Clock) -> None:
    """On an empty installation: nothing was loaded into it before."""
    began = time.monotonic()
    found = add(app, str(EXAMPLE), "--register", str(register), "--json")
    assert (found.exit_code, time.monotonic() - began < 60) == (0, True), found.stderr
    answer = json.loads(found.stdout)
    assert (answer["added"], answer["businesses"], [*answer["officers"]]) == (True, 3, ["Nguyễn Văn Cán"])
    commune = reading().scalars(select(Commune)).one()
    said = places_of(reading(), commune.id)
    assert [one["name"] for one in said["hamlets"]] == ["thôn Thượng", "thôn Hạ"]
    assert [one["hamlet"] for one in said["old_places"]] == ["thôn Thượng"]
    assert said["pickup_points"][0]["windows"] == [[1, "16:00–18:00"], [4, "16:00–18:00"]]
    assert fact_on(reading(), commune.id, "kpi.target.plan", local_day(now())) == "50"
    assert fact_on(reading(), commune.id, "kpi.lowest_order", local_day(now())) == "10000"
    assert fact_on(reading(), commune.id, "kpi.target.farms", local_day(now())) is None, "of another's plan"
    assert reading().scalars(select(HamletOpening.source)).all() == ["Quyết định thí điểm chợ số"]
    assert (reading().scalar(select(func.count(Category.id))) or 0) > 10
    before = rows()
    again = add(app, str(EXAMPLE), "--register", str(register))
    assert (again.exit_code, "đã có" in again.stdout, rows()) == (0, True, before)


BAD = """[commune]
code = "1050"
name = "xã Khác"
province_code = "31"
province_name = "thành phố Hải Phòng"
letters = "KH"
host = "https://khac.test"
colour = "xanh"

[[hamlets]]
name = "thôn Thượng"
on_from = "mai"

[[hamlets]]
name = "Thượng"

[[pickup_points]]
hamlet = "thôn Giữa"
name = "Nhà văn hóa"
keeper_name = "Ông Giữ"
keeper_phone = "12"
opening_hours = "chiều"

[[facts]]
key = "kpi.target.plan"
value = 500
valid_from = 2026-01-01
source = "Kế hoạch"
"""


@by_day_on("sqlite")
def test_every_fault_is_told_with_its_line_and_nothing_is_written(
    app: Flask, cast: Cast, tmp_path: Path, register: Path
) -> None:
    file, before = tmp_path / "xa.toml", rows()
    file.write_text(BAD, "utf-8")
    first = add(app, str(file), "--register", str(register))
    assert (first.exit_code, "xa.toml, dòng 8: Không có mục nào tên “colour”" in first.stderr) == (1, True)
    file.write_text(BAD.replace('colour = "xanh"\n', "\n"), "utf-8")
    told = add(app, str(file), "--register", str(register)).stderr
    for line in (
        "xa.toml, dòng 2: Mã xã gồm 5 chữ số",
        "xa.toml, dòng 7: Tên máy viết như",
        "xa.toml, dòng 12: Ngày viết như",
        "xa.toml, dòng 12: Bật chợ ở thôn thì ghi on_source",
        "xa.toml, dòng 15: “Thượng” đã có ở dòng 11",
        "xa.toml, dòng 18: Tệp không có thôn “thôn Giữa”",
        "xa.toml, dòng 21: ",
        "xa.toml, dòng 26: Mời ghi một số nguyên từ 1 đến 100",
        "so-ho.csv, dòng 4: HTX Hạ: Không có thôn “Hạ”",
    ):
        assert line in told, told
    assert rows() == before
    file.write_text("[commune\n", "utf-8")
    assert "dòng 1: Dòng này không viết đúng lối TOML" in add(app, str(file)).stderr


@by_day_on("sqlite")
def test_a_bad_row_of_the_register_alone_keeps_everything_out(app: Flask, cast: Cast, tmp_path: Path) -> None:
    path, before = tmp_path / "so.csv", rows()
    path.write_text(REGISTER.replace("Bún cô Ba,Hộ kinh doanh,xóm Trên", "Bún cô Ba,Cái gì đó,thôn Hạ"), "utf-8")
    found = add(app, str(EXAMPLE), "--register", str(path))
    assert (found.exit_code, "so.csv, dòng 3: Bún cô Ba:" in found.stderr, rows()) == (1, True, before), found.stderr


@by_day_on("sqlite")
def test_another_commune_of_the_code_is_not_taken_for_it(app: Flask, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "xa.toml"
    path.write_text(EXAMPLE.read_text("utf-8").replace('code = "10507"', 'code = "11086"'), "utf-8")
    found = add(app, str(path))
    assert (found.exit_code, "khác tệp ở: name, letters" in found.stderr) == (1, True)
    assert commune_named(reading(), app.config["CHOSO"], "11086").name == "xã Đại Sơn"
    assert reading().scalar(select(func.count(Hamlet.id)).where(Hamlet.name == "thôn Thượng")) == 0
    assert add(app, str(EXAMPLE), "--name", "x").exit_code == 2
    assert add(app, "10507", "--register", str(path)).exit_code == 2
    assert [one for one in (Business, DatedFact, PickupPoint) if not one.__tablename__] == []
