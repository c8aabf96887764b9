"""A stall's page: who sells, with what papers, and what."""

import re
from datetime import date

from flask.testing import FlaskClient

from market.base.db import transaction
from market.sellers.models import Business, Certificate, OldStallSlug, Stall, StallState, Verification
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting


def page(client: FlaskClient, slug: str) -> str:
    answer = client.get(f"/gian-hang/{slug}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_buyers_see_who_sells_and_how_to_reach_them(client: FlaskClient, cast: Cast) -> None:
    html = page(client, cast.lan.slug)
    assert "Hộ kinh doanh" in html
    assert "Xã đã xem giấy tờ" in html
    assert "thôn Nghĩa Dũng, xã Đại Sơn" in html
    assert 'href="tel:+84900000011"' in html
    assert 'href="https://zalo.me/0900000011"' in html
    assert "Rau muống" in html
    assert "Rươi tươi" not in html


def test_a_link_to_it_is_previewed_with_its_name_and_a_picture(client: FlaskClient, cast: Cast) -> None:
    html = client.get(f"/gian-hang/{cast.htx.slug}").text

    assert 'property="og:title" content="HTX nông nghiệp Đại Sơn"' in html
    assert f'property="og:url" content="http://cho.test/gian-hang/{cast.htx.slug}"' in html
    assert re.search(r'property="og:image" content="http://cho\.test/anh/test-photo-\d+-640\.webp"', html)


def test_a_stall_without_phone_has_no_call_button(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.lan.business).phone = None
    assert "tel:" not in page(client, cast.lan.slug).partition("<footer")[0]


def test_the_mark_goes_with_the_verification(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.query(Verification).filter_by(business_id=cast.lan.business).one().ended_at = now()
    html = page(client, cast.lan.slug)
    assert "Xã đã xem giấy tờ" not in html
    assert "Gian hàng chưa có món nào" in html


def test_only_checked_papers_in_force_are_shown(client: FlaskClient, cast: Cast, now: Clock) -> None:
    paper = {"business_id": cast.lan.business, "issuer": "Chi cục", "scope": "rau", "valid_from": date(2026, 1, 1)}
    with transaction() as writing:
        writing.add_all(
            [
                Certificate(**paper, kind="VietGAP", number="TT-1", checked_at=now(), checked_by=cast.hung),
                Certificate(**paper, kind="VietGAP", number="TT-2"),
                Certificate(**paper, kind="OCOP", number="TT-3", valid_to=date(2026, 11, 1), checked_at=now()),
            ]
        )
    html = page(client, cast.lan.slug)
    assert "VietGAP TT-1" in html
    assert "TT-2" not in html
    assert "TT-3" not in html


def test_goods_stand_before_the_papers_which_a_badge_names(client: FlaskClient, cast: Cast, now: Clock) -> None:
    paper = {"business_id": cast.lan.business, "issuer": "Chi cục", "valid_from": date(2026, 1, 1)}
    with transaction() as writing:
        for number, scope in (("TT-1", "rau"), ("TT-2", "đậu")):
            seen = {"number": number, "scope": scope, "checked_at": now(), "checked_by": cast.hung}
            writing.add(Certificate(**paper, kind="VietGAP", **seen))
    html = page(client, cast.lan.slug)
    assert html.count(">VietGAP</span>") == 1
    assert (
        html.index(">VietGAP</span>")
        < html.index("Hàng của gian")
        < html.index("Đậu xanh")
        < html.index("VietGAP TT-1")
    )


def test_an_old_address_leads_to_the_new_one(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.add(OldStallSlug(commune_id=cast.commune, stall_id=cast.lan.stall, slug="rau-ba-lan-cu"))
    answer = client.get("/gian-hang/rau-ba-lan-cu")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/gian-hang/{cast.lan.slug}")


def test_a_stall_that_rests_or_never_was_is_no_page(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/gian-hang/khong-co").status_code == 404
    with transaction() as writing:
        writing.get_one(Stall, cast.lan.stall).state = StallState.PAUSED
    answer = client.get(f"/gian-hang/{cast.lan.slug}")
    assert answer.status_code == 404
    assert "đang nghỉ bán" in answer.get_data(as_text=True)


def test_the_page_takes_few_statements(client: FlaskClient, cast: Cast) -> None:
    page(client, cast.lan.slug)
    with counting() as seen:
        page(client, cast.lan.slug)
    assert len(seen) <= 5
