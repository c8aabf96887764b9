"""What the register says of a business is typed once: it is renamed, it moves, its tax code changes, and every page,
stamp and file says so; what was sold before says what it said."""

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.exporting import list_file
from market.adoption.queries import ListFilter, board_of, whole_list
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.channels.queries import Export, channel_listings
from market.orders.models import OrderLine
from market.sellers import actions
from market.sellers.actions import NewBusiness
from market.sellers.models import Business, Stall
from market.trace.queries import lot_of_stall
from market.trace.sheets import label_of
from market.values.period import local_day
from market.values.taxid import TaxId
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import in_turns
from tests.orders.steps import order_row, place, wanted
from tests.trace import steps

pytestmark = in_turns

OLD, NEW = "HTX nông nghiệp Đại Sơn", "HTX Gạo sạch Mỗ Đoạn"
TAX_ID = TaxId("099161000002")


def change(cast: Cast, now: Clock, **fields: object) -> None:
    with transaction() as session:
        row = session.get_one(Business, cast.htx.business)
        said = {name: getattr(row, name) for name in actions.EDITABLE}
        new = NewBusiness(commune_id=cast.commune, valid_from=local_day(now()), source="Giấy mới", **said)
        new = replace(new, **fields)  # type: ignore[arg-type]
        actions.update_business(session, Actor(person_id=cast.hung), row.id, new, now=now())


def channel_text(cast: Cast, session: Session, now: Clock) -> str:
    wanted_files = [
        Export(stall_id=cast.htx.stall, channel=channel, categories=(), picture_link="https://cho.vn/{}.jpg".format)
        for channel in ("shopee", "tiktok", "lazada")
    ]
    return "\n".join(str(one) for asked in wanted_files for one in channel_listings(session, asked, now=now()))


def test_a_new_name_a_new_hamlet_and_a_new_tax_code_are_said_everywhere(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    lot, stamp = steps.active_stamp(cast, now())
    order = place(cast.commune, wanted(cast.gao_nep, point=cast.pickup), now=now()).order_ids[0]
    assert OLD in client.get(f"/gian-hang/{cast.htx.slug}").text

    change(cast, now, name=NEW, hamlet_id=cast.nghia_dung, tax_id=TAX_ID)

    session.expire_all()
    reading().expire_all()
    stall = session.get_one(Stall, cast.htx.stall)
    old_address = client.get(f"/gian-hang/{cast.htx.slug}")
    assert (old_address.status_code, old_address.location) == (301, f"/gian-hang/{stall.slug}")
    label = label_of(lot_of_stall(session, cast.htx.stall, lot))
    board = board_of(session, cast.commune, local_day(now()), known_at=now())
    report = list_file(board, whole_list(session, board, ListFilter())).content.decode()
    shown = {
        "stall page": client.get(f"/gian-hang/{stall.slug}").text,
        "goods' page": client.get(f"/san-pham/{cast.gao_nep}-x", follow_redirects=True).text,
        "stamp page": client.get(f"/t/{stamp}").text,
        "lot page": client.get(f"/lo/{lot}").text,
        "printed stamp": f"{label.stall} {label.hamlet}",
        "three marketplaces": channel_text(cast, session, now),
        "report": next(line for line in report.splitlines() if NEW in line),
    }
    for where, text in shown.items():
        assert (where, NEW in text, OLD in text) == (where, True, False)
        assert (where, "thôn Nghĩa Dũng" in text) == (where, True)
    sign_in(client, cast.hung, now())
    register = client.get("/van-phong/so-ho", query_string={"q": "gao sach"}).text
    assert (NEW in register, TAX_ID in register, OLD in register) == (True, True, False)
    line = session.scalars(select(OrderLine.stall_name).where(OrderLine.order_id == order)).one()
    assert (line, order_row(order).business_id) == (OLD, cast.htx.business)


def test_a_name_that_the_seller_chose_stays_hers(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        writing.get_one(Stall, cast.htx.stall).name = "Gạo quê bác Sơn"
    change(cast, now, name=NEW)
    assert session.get_one(Stall, cast.htx.stall).name == "Gạo quê bác Sơn"


def test_two_that_would_be_called_alike_are_told_apart(cast: Cast, now: Clock, session: Session) -> None:
    change(cast, now, name="Rau bà Lan")
    assert session.get_one(Stall, cast.htx.stall).name == "Rau bà Lan (thôn Mỗ Đoạn)"
    change(cast, now, name="Rau bà Lan", hamlet_id=cast.nghia_dung)
    assert session.get_one(Stall, cast.htx.stall).name == "Rau bà Lan (thôn Nghĩa Dũng)"
