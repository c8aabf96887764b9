"""A seller sends the template she downloaded from her own shop."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.storage import storage
from market.channels.actions import NewTemplate, keep_template
from market.channels.models import ChannelTemplate
from market.channels.queries import template_of, templates_of
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.channels.templates import SHOPEE, TIKTOK, Maker, shopee_tabs
from tests.conftest import Clock
from tests.web.stall.channels.conftest import at, send


def test_a_template_is_kept_as_it_came(htx: FlaskClient, cast: Cast, session: Session) -> None:
    answer = send(htx, cast, "shopee", name="Shopee_mass_upload_2026.xlsx")
    assert (answer.status_code, answer.location) == (303, at(cast, "/shopee"))
    kept = session.scalars(select(ChannelTemplate)).one()
    assert (kept.channel, kept.filename, kept.shop_id) == ("shopee", "Shopee_mass_upload_2026.xlsx", "310045127")
    assert storage().get(kept.storage_key) == SHOPEE


def test_the_same_file_twice_is_one_template_and_a_new_one_goes_before_it(
    htx: FlaskClient, cast: Cast, session: Session
) -> None:
    for _ in range(2):
        send(htx, cast, "shopee")
    assert len(session.scalars(select(ChannelTemplate)).all()) == 1
    send(htx, cast, "shopee", Maker().make(shopee_tabs()))
    assert len(session.scalars(select(ChannelTemplate)).all()) == 2
    assert htx.get(at(cast, "/shopee")).status_code == 200


@pytest.mark.parametrize(
    ("channel", "raw", "sentence"),
    [
        ("shopee", TIKTOK, "Đây là mẫu của TikTok Shop, không phải của Shopee"),
        ("tiktok", SHOPEE, "không phải của TikTok Shop"),
        ("shopee", b"gi do", "không phải bảng tính Excel"),
        ("shopee", b"x" * (5 * 1024 * 1024 + 1), "lớn hơn 5 MB"),
        ("tiktok", Maker().make({"Sheet1": [["Tên", "Giá"]]}), "không nhận ra mẫu này"),
    ],
)
def test_a_file_that_cannot_serve_is_refused_kindly(
    htx: FlaskClient, cast: Cast, session: Session, channel: str, raw: bytes, sentence: str
) -> None:
    page = send(htx, cast, channel, raw)
    assert page.status_code == 422
    assert sentence in page.text
    assert session.scalars(select(ChannelTemplate)).all() == []


def test_no_file_is_asked_for(htx: FlaskClient, cast: Cast) -> None:
    page = htx.post(at(cast, "/shopee/mau"), data={})
    assert page.status_code == 422
    assert "Mời chọn tệp mẫu" in page.text


def test_only_the_stalls_people_send_one(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/shopee/mau"), post=True)
    assert client.post(at(cast, "/sendo/mau")).status_code == 404


def test_the_newest_template_is_the_one_that_is_filled_and_its_file_again_adds_none(
    htx: FlaskClient, cast: Cast, session: Session
) -> None:
    other = Maker().make(shopee_tabs())
    send(htx, cast, "shopee", name="cu.xlsx")
    for _ in range(2):
        send(htx, cast, "shopee", other, name="moi.xlsx")
    for filled in (
        template_of(session, cast.htx.stall, "shopee"),
        templates_of(session, cast.htx.stall)["shopee"],
    ):
        assert filled.filename == "moi.xlsx"
    with transaction() as writing:  # as when both taps had looked before either was written
        latest = template_of(writing, cast.htx.stall, "shopee")
        again = NewTemplate(
            channel="shopee",
            filename="moi.xlsx",
            storage_key=latest.storage_key,
            sha256=latest.sha256,
            shop_id=latest.shop_id,
        )
        assert keep_template(writing, GUEST, cast.htx.stall, again, now=latest.uploaded_at) == latest.id
    names = session.scalars(select(ChannelTemplate.filename).order_by(ChannelTemplate.id)).all()
    assert names == ["cu.xlsx", "moi.xlsx"]
