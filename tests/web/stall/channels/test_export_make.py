"""The filled file: made by a button, kept, downloaded again."""

from dataclasses import replace
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import db, transaction
from market.base.errors import NotFound
from market.base.spreadsheets import guard, workbook
from market.base.storage import storage
from market.catalog.models import Variant
from market.channels.actions import NewRun, note_export
from market.channels.exporting import listings_for
from market.channels.formats.shopee import layout as shopee
from market.channels.formats.shopee.format import Shopee
from market.channels.formats.tiktok import layout as tiktok
from market.channels.models import ChannelAnswer, ChannelTemplate, ExportRun
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.catalog.shelf import change
from tests.channels.pages import only_its_people_may
from tests.channels.templates import LAZADA_KEYS, Maker, cells, lazada_tabs, read_template
from tests.conftest import Clock
from tests.elsewhere import not_htx
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import hidden, parse, press
from tests.web.stall.channels.conftest import FILES, SHIPS, at, send


@pytest.mark.parametrize("channel", ["shopee", "tiktok"])
def test_goods_go_into_the_shops_own_template(ready: FlaskClient, cast: Cast, session: Session, channel: str) -> None:
    answer = ready.post(at(cast, f"/{channel}/xuat"), data=SHIPS[channel])
    assert (answer.status_code, answer.location) == (303, at(cast, f"/{channel}"))
    run = session.scalars(select(ExportRun)).one()
    assert (run.rows, run.refused, run.stall_id) == (1, 0, cast.htx.stall)
    assert [event.verb for event in events_of(session, "export_run", run.id)] == ["export_channel"]
    page = ready.get(at(cast, f"/{channel}")).text
    assert "Đã điền 1 món vào mẫu" in page
    assert at(cast, f"/tep/{run.id}") in page
    file = ready.get(at(cast, f"/tep/{run.id}"))
    assert file.headers["Content-Disposition"] == f'attachment; filename="{channel}-{cast.htx.slug}-{run.id}.xlsx"'
    manifest = read_template(FILES[channel])
    filled = cells(file.data, manifest.sheet)
    head = manifest.first_row - 1
    assert filled[:head] == cells(FILES[channel], manifest.sheet)[:head]
    assert len(filled) == head + 1


def test_the_seller_chooses_how_it_is_shipped(ready: FlaskClient, cast: Cast, session: Session) -> None:
    ready.post(at(cast, "/shopee/xuat"), data={"shipping": ["channel_id.5000", "channel_id.50052"]})
    file = ready.get(at(cast, f"/tep/{session.scalars(select(ExportRun.id)).one()}")).data
    manifest = read_template(FILES["shopee"])
    row = dict(zip(manifest.columns, cells(file, manifest.sheet)[6], strict=False))
    assert [token for token in row if token.startswith("channel_id") and row[token]] == [
        "channel_id.5000",
        "channel_id.50052",
    ]


def test_shipping_the_template_does_not_have_is_refused(ready: FlaskClient, cast: Cast) -> None:
    page = ready.post(at(cast, "/shopee/xuat"), data={"shipping": "channel_id.1"})
    assert page.status_code == 422
    assert "đơn vị vận chuyển đã chọn" in page.text


def test_what_cannot_go_stays_on_the_page_with_its_reason(
    ready: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        make.make_product(writing, writing.get_one(Stall, cast.htx.stall), "Chổi rơm", now(), unit="con")
    ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    page = ready.get(at(cast, "/shopee")).text
    assert "1 món chưa đi được, lý do ghi bên dưới" in page
    assert "Chổi rơm" in page
    assert session.scalars(select(ExportRun.refused)).one() == 1


def test_nothing_ready_makes_no_file(ready: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.execute(update(Variant).values(on_hand=None))
    page = ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    assert page.status_code == 422
    assert "Chưa có món nào đưa lên sàn được" in page.text
    assert session.scalars(select(ExportRun)).all() == []


def test_without_a_template_nothing_is_made(htx: FlaskClient, cast: Cast) -> None:
    assert htx.post(at(cast, "/shopee/xuat")).status_code == 404


def test_two_taps_on_one_page_make_one_file(ready: FlaskClient, cast: Cast, session: Session) -> None:
    sent = hidden(ready.get(at(cast, "/shopee")).text, "/shopee/xuat") | SHIPS["shopee"]
    assert sent["client_key"]
    files = set(storage().all_keys())
    for _ in range(2):
        answer = ready.post(at(cast, "/shopee/xuat"), data=sent)
        assert (answer.status_code, answer.location) == (303, at(cast, "/shopee"))
    run = session.scalars(select(ExportRun)).one()
    assert set(storage().all_keys()) - files == {run.storage_key}, "the second file is not kept"
    other = ready.post(at(cast, "/shopee/xuat"), data=sent | {"shipping": "channel_id.50052"})
    assert (other.status_code, "đã gửi một lần rồi" in other.text) == (409, True)
    assert set(storage().all_keys()) - files == {run.storage_key}, "nor is one that was asked for otherwise"
    press(ready, at(cast, "/shopee"), at(cast, "/shopee/xuat"), **SHIPS["shopee"])
    assert len(session.scalars(select(ExportRun)).all()) == 2, "a page opened anew makes a new one"


def test_no_file_is_noted_under_another_stalls_template(ready: FlaskClient, cast: Cast, now: Clock) -> None:
    with Session(db.engine) as session:
        template = session.scalars(select(ChannelTemplate.id)).first()
    assert template
    new = NewRun(template_id=template, rows=1, refused=0, sha256="0", storage_key="x")
    for stall in not_htx(cast, now()):
        with pytest.raises(NotFound), transaction() as writing:
            note_export(writing, GUEST, stall, new, clock=now)


def test_only_the_stalls_people_make_files(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/shopee/xuat"), post=True)


def test_anothers_file_is_not_found(ready: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    run = session.scalars(select(ExportRun.id)).one()
    sign_in(ready, cast.lan.person, now())
    assert ready.get(at(cast, f"/tep/{run}")).status_code == 404
    assert ready.get(f"/ban-hang/{cast.lan.slug}/kenh/tep/{run}").status_code == 404


@pytest.mark.parametrize(
    ("label", "shown"),
    [("channel id.5001", "Nhanh"), ("Nhanh (SPX)", "Nhanh (SPX)"), ("channel id.777", "channel id.777")],
)
def test_ways_of_shipping_are_called_as_sellers_know_them(label: str, shown: str) -> None:
    token = "channel_id.777" if "777" in label else "channel_id.5001"
    manifest = replace(read_template(FILES["shopee"]), columns={token: "A"}, labels={token: label})
    assert Shopee().shipping(manifest) == {token: shown}


@pytest.mark.parametrize("channel", ["shopee", "tiktok"])
def test_an_export_opens_the_template_once_and_composes_its_rows_once(
    ready: FlaskClient, cast: Cast, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = {"shopee": shopee, "tiktok": tiktok}[channel]
    opened, composed = Mock(wraps=guard.open_package), Mock(wraps=module.sort_out)
    monkeypatch.setattr(workbook, "open_package", opened)
    monkeypatch.setattr(module, "sort_out", composed)
    for count in (1, 2):  # nobody has looked at the template when the first is made
        assert ready.post(at(cast, f"/{channel}/xuat"), data=SHIPS[channel]).status_code == 303
        assert (opened.call_count, composed.call_count) == (count, count)


def test_no_way_of_shipping_is_chosen_for_a_seller(ready: FlaskClient, cast: Cast, session: Session) -> None:
    assert "checked" not in ready.get(at(cast, "/shopee")).text.partition('id="xuat"')[2].partition("</form>")[0]
    answer = ready.post(at(cast, "/shopee/xuat"))
    assert answer.status_code == 422
    assert "Mời chọn ít nhất một cách vận chuyển" in answer.text
    assert session.scalars(select(ExportRun)).all() == []


def ticked(page: str) -> list[str]:
    """The ways of shipping that stand chosen in the form."""
    inputs = parse(page).all("input")
    return [one.get("value") for one in inputs if one.get("name") == "shipping" and "checked" in one.attributes]


def test_how_it_is_shipped_is_asked_once_and_remembered(
    ready: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    """For the stall's next files of this marketplace, until it is changed; nobody else's."""
    two = ["channel_id.5000", "channel_id.50052"]
    page = at(cast, "/shopee")
    ready.post(at(cast, "/shopee/xuat"), data={"shipping": two})
    again = ready.get(page).text
    assert (ticked(again), "như lần trước: " in again) == (two, True)
    sent = hidden(again, "/shopee/xuat") | {"shipping": ticked(again)}
    assert ready.post(at(cast, "/shopee/xuat"), data=sent).status_code == 303, "nothing was asked again"
    told = [event.verb for event in events_of(session, "stall", cast.htx.stall)]
    assert told == ["answer_channel"], "the same is written once"
    ready.post(at(cast, "/shopee/xuat"), data={"shipping": two[1:]})
    assert ticked(ready.get(page).text) == two[1:]
    none = ready.post(at(cast, "/shopee/xuat"))
    assert (none.status_code, ticked(none.text)) == (422, []), "what is unticked is not ticked again"
    assert "như lần trước" not in none.text
    assert ticked(ready.get(page).text) == two[1:]
    sign_in(ready, cast.lan.person, now())
    send_of_lan = f"/ban-hang/{cast.lan.slug}/kenh/shopee"
    with transaction() as writing:
        kept = writing.scalars(select(ChannelTemplate).where(ChannelTemplate.channel == "shopee")).one()
        fields = {name: getattr(kept, name) for name in ("channel", "filename", "storage_key", "sha256", "uploaded_at")}
        writing.add(ChannelTemplate(stall_id=cast.lan.stall, shop_id=None, **fields))
    assert ticked(ready.get(send_of_lan).text) == []


def test_of_what_was_chosen_last_only_what_the_newest_template_has_is_chosen(
    ready: FlaskClient, cast: Cast, session: Session
) -> None:
    ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    with transaction() as writing:
        writing.execute(update(ChannelAnswer).values(value="channel_id.1 channel_id.50052"))
    assert ticked(ready.get(at(cast, "/shopee")).text) == ["channel_id.50052"]
    with transaction() as writing:
        writing.execute(update(ChannelAnswer).values(value="channel_id.1"))
    page = ready.get(at(cast, "/shopee")).text
    assert (ticked(page), "như lần trước" in page) == ([], False)


def test_what_is_remembered_of_shipping_is_no_cell_of_the_file(ready: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    assert "Sẵn sàng đăng" in ready.get(at(cast, "/shopee")).text
    assert all(
        not one.answers for one in listings_for(cast.commune, cast.htx.stall, "shopee", read_template(FILES["shopee"]))
    )


def test_lazadas_template_is_sent_asked_about_and_filled(htx: FlaskClient, cast: Cast, session: Session) -> None:
    """Of one category, with a column that nobody knows: it is answered once, and goes into the file."""
    raw = Maker(dimension=False).make(lazada_tabs())
    assert send(htx, cast, "lazada", raw).status_code == 303
    change(cast.gao_nep, on_hand=20_000)
    page = htx.get(at(cast, "/lazada")).text
    assert "Hạn sử dụng" in page
    questions = at(cast, "/lazada/hoi")
    inputs = list(parse(htx.get(questions).text).all("input"))
    field = next(one.get("name") for one in inputs if "Hạn sử dụng" in _label(htx.get(questions).text, one.get("id")))
    asked = press(htx, questions, f"{questions}/luu", **{field: "12"})
    assert asked.status_code == 303
    assert htx.post(at(cast, "/lazada/xuat")).status_code == 303
    run = session.scalars(select(ExportRun)).one()
    assert (run.rows, run.refused) == (1, 0)
    file = htx.get(at(cast, f"/tep/{run.id}")).data
    [row] = cells(file, "Gạo")[4:]
    assert dict(zip(LAZADA_KEYS, row, strict=False)).items() >= {"catProperty.p1001": "12", "sku.quantity": 20}.items()


def _label(page: str, field: str) -> str:
    return next((one.text for one in parse(page).all("label") if field and one.get("for") == field), "")
