"""`flask commune` (office 8, 9): adds a second commune, corrects a wrong code, renames a hamlet, changes a keeper."""

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import Commune, Hamlet, ModeSource, OldPlace, PickupPoint
from market.places.queries.modes import modes_of
from market.places.queries.neighbours import neighbour_ids
from market.places.rules.modes import CommuneMode
from market.sellers.models import Business
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.orders.steps import place, wanted

pytestmark = by_day_on("sqlite")

KHAC = ("--name", "xã Khác", "--province-code", "31", "--province-name", "thành phố Hải Phòng")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["commune", *words])


def added(app: Flask, *more: str, code: str = "10507", letters: str = "KH", host: str = "khac.test") -> Result:
    return run(app, "add", code, *KHAC, "--letters", letters, "--host", host, *more)


def test_a_second_commune_is_added_and_answers_at_its_host(app: Flask, cast: Cast) -> None:
    """Growth 4: no command added a commune. It is trusted at once, without a restart and without a setting."""
    assert app.test_client().get("/", base_url="http://khac.test").status_code == 421
    found = added(app, "--json")
    assert found.exit_code == 0, found.stderr
    answer = json.loads(found.stdout)
    assert (answer["code"], answer["address"], answer["office_name"]) == ("10507", "khac.test", "Phòng Kinh tế xã Khác")
    app.extensions["choso_communes"].clear()
    assert "xã Khác" in app.test_client().get("/", base_url="http://khac.test").text
    assert "xã Khác" not in app.test_client().get("/", base_url="http://cho.test").text


def test_a_host_in_vietnamese_letters_is_kept_as_browsers_send_it(app: Flask, cast: Cast) -> None:
    """.vn has them; a letter and its mark may be typed apart."""
    for code, letters, host in (("10507", "KH", "Chợ.vn"), ("10510", "KX", "cho\u031b\u0323-xa.vn")):
        assert added(app, code=code, letters=letters, host=host).exit_code == 0
    hosts = [one["address"] for one in json.loads(run(app, "list", "--json").stdout)]
    assert hosts[1:] == ["chợ.vn".encode("idna").decode(), "chợ-xa.vn".encode("idna").decode()]
    assert "xã Khác" in app.test_client().get("/", headers={"Host": hosts[1]}).text


def test_every_commune_is_listed_with_its_address(app: Flask, cast: Cast) -> None:
    added(app)
    found = json.loads(run(app, "list", "--json").stdout)
    assert [(one["code"], one["letters"], one["mode"], one["address"]) for one in found] == [
        ("11086", "DS", "ordering_matched", "cho.test"),
        ("10507", "KH", "showcase", "khac.test"),
    ]
    assert run(app, "list").stdout.splitlines()[1].split()[:4] == ["10507", "KH", "showcase", "khac.test"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"code": "11086"}, "Đã có xã khác mang mã 11086"),
        ({"code": "1108"}, "5 chữ số"),
        ({"letters": "DS"}, "Đã có xã khác mang hai chữ DS"),
        ({"letters": "BN"}, "trừ BN"),
        ({"letters": "ol"}, "trừ I, L, O, U"),
        ({"host": "https://khac.test"}, "không kèm https://"),
        ({"host": "cho.test"}, "mỗi xã có tên máy riêng; xã Đại Sơn .11086. đang ở cho.test"),
    ],
)
def test_a_commune_that_would_be_taken_for_another_is_refused(
    app: Flask, cast: Cast, session: Session, said: dict[str, str], why: str
) -> None:
    found = added(app, **said)
    assert (found.exit_code, found.stdout) == (1, "")
    assert re.search(why, found.stderr), found.stderr
    assert session.scalars(select(Commune.code)).all() == ["11086"]


def test_what_is_missing_is_wrong_usage(app: Flask, cast: Cast) -> None:
    assert run(app, "add", "10507", "--name", "xã Khác").exit_code == 2
    assert run(app, "edit", "11086", "--mode", "market").exit_code == 2
    assert run(app, "edit", "99999", "--name", "xã Nào").exit_code == 1


def test_a_corrected_code_takes_nothing_down(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    """Office 8: a corrected commune code took the market down. All stays the commune's: it is known by its id."""
    place(cast.commune, wanted(cast.gao_nep), now=now())
    found = run(app, "edit", "11086", "--code", "11083", "--name", "xã Đại Sơn Mới", "--json")
    assert found.exit_code == 0, found.stderr
    assert set(json.loads(found.stdout)["changed"]) == {"code", "name"}
    assert session.get_one(Commune, cast.commune).code == "11083"
    app.extensions.pop("choso_communes", None)
    page = app.test_client().get("/")
    assert (page.status_code, "xã Đại Sơn Mới" in page.text) == (200, True)
    assert "Không có gì khác để sửa" in run(app, "edit", "11083", "--name", "xã Đại Sơn Mới").stdout


def test_letters_that_stand_on_orders_stay(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    """Orders are read, and found in the memos of banks, by their commune's letters."""
    assert run(app, "edit", "11086", "--letters", "DV").exit_code == 0
    assert run(app, "edit", "11086", "--letters", "DS").exit_code == 0
    place(cast.commune, wanted(cast.gao_nep), now=now())
    found = run(app, "edit", "11086", "--letters", "DV")
    assert (found.exit_code, "Đã có đơn mang chữ DS" in found.stderr) == (1, True)
    assert session.get_one(Commune, cast.commune).letters == "DS"


def test_only_one_commune_is_without_a_host(app: Flask, cast: Cast) -> None:
    added(app)
    assert run(app, "edit", "10507", "--no-host").exit_code == 1
    assert run(app, "edit", "11086", "--host", "cho.test").exit_code == 0
    assert run(app, "edit", "10507", "--no-host").exit_code == 1, "it would answer nowhere"
    assert run(app, "edit", "11086", "--host", "ds.test").exit_code == 0
    assert run(app, "edit", "10507", "--no-host").exit_code == 0


def test_a_commune_shows_goods_alone_once_it_is_told_to(app: Flask, cast: Cast, session: Session) -> None:
    assert run(app, "edit", "11086", "--mode", "showcase", "--office-phone", "0220 3000 111").exit_code == 0
    commune = session.get_one(Commune, cast.commune)
    assert (commune.mode, commune.office_phone) == (CommuneMode.SHOWCASE, Phone("0220 3000 111"))
    assert [(one.mode, one.source) for one in modes_of(session, cast.commune, first=0, most=9)] == [
        (CommuneMode.SHOWCASE, ModeSource.OPERATOR)
    ]


def test_no_command_lets_a_market_do_more(app: Flask, cast: Cast, session: Session) -> None:
    """That takes two of its officers."""
    new = added(app, "--mode", "ordering")
    assert (new.exit_code, "hai cán bộ xã" in new.stderr) == (1, True)
    assert session.scalars(select(Commune.code)).all() == ["11086"]
    assert run(app, "edit", "11086", "--mode", "showcase").exit_code == 0
    again = run(app, "edit", "11086", "--mode", "ordering")
    assert (again.exit_code, "hai cán bộ xã" in again.stderr) == (1, True)
    session.expire_all()
    assert session.get_one(Commune, cast.commune).mode is CommuneMode.SHOWCASE


# --- a commune's own data -------------------------------------------------------------------------------------------


@pytest.fixture
def file(app: Flask, cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "xa.json"
    assert run(app, "export", "11086", "--out", str(path)).exit_code == 0
    return path


def rewrite(file: Path, part: str, **fields: object) -> None:
    found = json.loads(file.read_text("utf-8"))
    found[part][0] |= fields
    file.write_text(json.dumps(found), "utf-8")


def test_what_was_exported_changes_nothing(app: Flask, file: Path) -> None:
    found = run(app, "edit", "11086", "--from", str(file))
    assert (found.exit_code, found.stdout) == (0, "Không có gì khác để sửa.\n"), found.stderr
    assert json.loads(run(app, "export", "11086").stdout)["commune"]["letters"] == "DS"


def test_a_renamed_hamlet_stays_the_same_and_its_old_name_leads_to_it(
    app: Flask, cast: Cast, session: Session, file: Path
) -> None:
    """Office 9: a renamed hamlet became two."""
    rewrite(file, "hamlets", name="thôn Nghĩa Dũng Mới")
    found = json.loads(file.read_text("utf-8"))
    found["pickup_points"][0]["hamlet"] = "thôn Nghĩa Dũng Mới"
    file.write_text(json.dumps(found), "utf-8")
    assert run(app, "edit", "11086", "--from", str(file)).exit_code == 0
    assert session.get_one(Hamlet, cast.nghia_dung).name == "thôn Nghĩa Dũng Mới"
    assert len(session.scalars(select(Hamlet)).all()) == 2
    old = session.scalars(select(OldPlace)).one()
    assert (old.old_name, old.hamlet_id) == ("thôn Nghĩa Dũng", cast.nghia_dung)
    assert session.scalars(select(Business.hamlet_id).where(Business.id == cast.lan.business)).one() == cast.nghia_dung


def test_hamlets_side_by_side_are_in_the_file_and_taken_from_it(
    app: Flask, cast: Cast, session: Session, file: Path
) -> None:
    found = json.loads(file.read_text("utf-8"))
    assert found["neighbours"] == []
    pair = {"hamlet": "thôn Nghĩa Dũng", "beside": "thôn Mỗ Đoạn"}
    file.write_text(json.dumps(found | {"neighbours": [pair]}), "utf-8")
    assert run(app, "edit", "11086", "--from", str(file)).exit_code == 0
    assert neighbour_ids(session, cast.mo_doan) == {cast.nghia_dung}
    assert json.loads(run(app, "export", "11086").stdout)["neighbours"] == [pair]
    assert "Không có gì khác để sửa" in run(app, "edit", "11086", "--from", str(file)).stdout
    file.write_text(json.dumps(found | {"neighbours": [pair | {"beside": "thôn Nghĩa Dũng"}]}), "utf-8")
    assert "không ở bên cạnh chính nó" in run(app, "edit", "11086", "--from", str(file)).stderr


def test_a_keeper_s_phone_is_changed(app: Flask, cast: Cast, session: Session, file: Path) -> None:
    """Office 9: a changed keeper's phone was not taken."""
    rewrite(file, "pickup_points", keeper_phone="0912 345 678", keeper_name="Bà Thật")
    found = run(app, "edit", "11086", "--from", str(file), "--json")
    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["changed"] == ["sửa Nhà văn hóa thôn Nghĩa Dũng: keeper_name, keeper_phone"]
    point = session.get_one(PickupPoint, cast.pickup)
    assert (point.keeper_name, point.keeper_phone) == ("Bà Thật", Phone("0912 345 678"))


@pytest.mark.parametrize(
    ("part", "fields", "why"),
    [
        ("hamlets", {"id": 999}, "không có thôn số 999"),
        ("hamlets", {"name": "thôn Mỗ Đoạn"}, "đã có thôn Mỗ Đoạn"),
        ("hamlets", {"nane": "x"}, "không hiểu: nane"),
        ("hamlets", {"is_active": "yes"}, "is_active không thể là 'yes'"),
        ("hamlets", {"source": 7}, "source không thể là 7"),
        ("pickup_points", {"keeper_phone": "12"}, "Số điện thoại của Nhà văn hóa"),
        ("pickup_points", {"hamlet": "thôn Không Có"}, "không có thôn Không Có"),
        ("pickup_points", {"keeper_name": " "}, "thiếu keeper_name"),
    ],
)
def test_a_file_with_a_fault_changes_nothing(
    app: Flask, session: Session, file: Path, part: str, fields: dict[str, object], why: str
) -> None:
    before = json.loads(file.read_text("utf-8"))
    rewrite(file, part, **fields)
    found = run(app, "edit", "11086", "--name", "xã Khác", "--from", str(file))
    assert (found.exit_code, why in found.stderr) == (1, True), found.stderr
    assert json.loads(run(app, "export", "11086").stdout) == before


def test_another_commune_s_hamlet_is_not_touched(app: Flask, cast: Cast, session: Session, file: Path) -> None:
    added(app)
    with transaction() as writing:
        far = writing.scalars(select(Commune).where(Commune.code == "10507")).one()
        theirs = make.make_hamlet(writing, far, "thôn Xa").id
    rewrite(file, "hamlets", id=theirs, name="thôn Của Ta")
    assert run(app, "edit", "11086", "--from", str(file)).exit_code == 1
    assert session.get_one(Hamlet, theirs).name == "thôn Xa"


def test_what_an_office_says_is_set_by_command_too_and_taken_back_by_saying_nothing(app: Flask, cast: Cast) -> None:
    said = {"--welcome": "Mời bà con", "--office-email": "xa@khac.vn", "--office-phone": "0220 3000 111"}
    found = run(app, "edit", "11086", *(word for pair in said.items() for word in pair), "--json")
    assert sorted(json.loads(found.stdout)["changed"]) == ["office_email", "office_phone", "welcome"]
    assert run(app, "edit", "11086", "--office-email", "xa@khac").exit_code == 1
    found = run(app, "edit", "11086", *(word for name in said for word in (name, "")), "--json")
    answer = json.loads(found.stdout)
    assert [answer[name] for name in ("welcome", "office_email", "office_phone")] == [None, None, None]
