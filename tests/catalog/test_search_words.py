"""What the index knows of goods follows what stands in the tables: a stall's name, its hamlet, its papers."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Change, record
from market.base.db import transaction
from market.catalog.actions.search import reindex
from market.catalog.jobs import keep_search
from market.catalog.models import Product
from market.catalog.queries import words
from market.catalog.queries.search import search
from market.catalog.queries.vocabulary import other_names, phrase, units_of
from market.catalog.queries.words import WEIGHTS, Described, covers, index_words, months
from market.places.models import Hamlet
from market.sellers.models import Business, Certificate, Stall
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def found(session: Session, cast: Cast, now: Clock, text: str) -> list[int]:
    return list(search(session, cast.commune, text, now=now()).ids)


def changed(session: Session, cast: Cast, now: Clock) -> None:
    """Somebody wrote something down of bà Lan's business, as every change of it does."""
    event = Change(
        verb="update_business", subject="business", subject_id=cast.lan.business, business_id=cast.lan.business
    )
    record(session, GUEST, event, now=now())


def test_a_stall_a_hamlet_and_a_seller_are_found_as_they_are_called_now(
    session: Session, cast: Cast, now: Clock
) -> None:
    assert found(session, cast, now, "cụ Mít") == []
    with transaction() as writing:
        writing.get_one(Stall, cast.lan.stall).name = "Vườn cụ Mít"
        hamlet = writing.get_one(Business, cast.lan.business).hamlet_id
        writing.get_one(Hamlet, hamlet).name = "thôn Cổng Làng"
        changed(writing, cast, now)
    assert keep_search(now()) >= 2
    assert cast.rau_muong in found(session, cast, now, "cụ Mít")
    assert cast.rau_muong in found(session, cast, now, "Cổng Làng")
    assert keep_search(now() + timedelta(hours=1)) == 0, "what changed long ago is known"


@pytest.mark.parametrize(
    ("paper_kind", "days", "is_found"),
    [
        ("VietGAP", 0, True),
        ("VietGAP", -1, False),
        ("VietGAP", 30, True),
        ("OCOP 3 sao", 30, True),
        ("OCOP", -1, False),
    ],
)
def test_a_paper_is_found_while_it_is_in_force(
    session: Session, cast: Cast, now: Clock, paper_kind: str, days: int, is_found: bool
) -> None:
    today = local_day(now())
    with transaction() as writing:
        paper = {"number": "VG-1", "issuer": "Tổ chức chứng nhận", "scope": "Rau muống", "checked_at": now()}
        writing.add(
            Certificate(
                business_id=cast.lan.business,
                kind=paper_kind,
                valid_from=today - timedelta(days=60),
                valid_to=today + timedelta(days=days),
                **paper,
            )
        )
        changed(writing, cast, now)
    keep_search(now())
    assert found(session, cast, now, paper_kind.split()[0]) == ([cast.rau_muong] if is_found else [])


def test_a_paper_that_ends_is_found_no_more_the_day_after(session: Session, cast: Cast, now: Clock) -> None:
    today = local_day(now())
    with transaction() as writing:
        paper = {"number": "VG-1", "issuer": "Tổ chức", "scope": "Rau muống", "checked_at": now() - timedelta(days=9)}
        whose = {"business_id": cast.lan.business, "kind": "VietGAP", "valid_from": today - timedelta(days=60)}
        writing.add(Certificate(**whose, **paper, valid_to=today))
        writing.flush()
        reindex(writing, cast.rau_muong)
    assert found(session, cast, now, "VietGAP") == [cast.rau_muong]
    now.move(days=1)
    keep_search(now())
    assert found(session, cast, now, "VietGAP") == []


def test_goods_are_found_by_the_month(session: Session, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        product = writing.get_one(Product, cast.rau_muong)
        month = local_day(now()).month
        product.season_from = product.season_to = month
        writing.flush()
        reindex(writing, product.id)
    assert cast.rau_muong in found(session, cast, now, f"tháng {month}")
    assert cast.rau_muong in found(session, cast, now, "rau đang mùa")
    assert search(session, cast.commune, f"rau muống tháng {month % 12 + 1}", now=now()).is_wider


@pytest.mark.parametrize(
    ("scope", "name", "is_covered"),
    [
        ("Gạo bãi rươi túi 5 kg", "Gạo bãi rươi, túi 5 kg", True),
        ("Gạo bãi rươi túi 5 kg", "Gạo ST25 bãi rươi, túi 5 kg", False),
        ("Gạo bãi rươi túi 5 kg", "Gạo lứt bãi rươi, túi 2 kg", False),
        ("Chả rươi hộp 500 g", "Chả rươi Bình Lãng, hộp 500 g", True),
        ("Chả rươi hộp 500 g", "Rươi kho niêu, hộp 400 g", False),
        ("Lúa nếp cái hoa vàng 12 ha", "Gạo nếp cái hoa vàng", True),
        ("Nấm sò", "Nấm sò trắng tươi", True),
        ("Trứng gà ta", "Gà ta thả vườn", False),
        ("", "Gà", False),
        ("Gà", "", False),
    ],
)
def test_a_paper_is_about_the_goods_it_names(scope: str, name: str, is_covered: bool) -> None:
    assert covers(scope, phrase(name)) is is_covered


def test_each_field_stands_under_its_letter() -> None:
    good = Described(name="Con rươi tươi", stall=("Rươi anh Tư",), owner="Lê Văn Tư", season_from=12, season_to=1)
    words = index_words(good).split()
    assert {"0fruoi", "0wru7o7i", "1ftuoi", "2fcon", "sfanh0tu", "sw0tu7", "mfthang12", "mfthang1"} <= set(words)
    assert {"afruoi", "awru7o7i", "afcon", "afanh0tu", "afthang12"} <= set(words)
    assert len(words) == len(set(words))
    assert index_words(Described(name="")) == ""
    assert months(11, 2) == [11, 12, 1, 2]
    assert months(None, 3) == []


def test_what_only_supports_is_found_under_its_own_sign_alone() -> None:
    words = index_words(Described(name="Rươi", kind="Thủy sản", description="Thơm bùi")).split()
    assert {"kwsan3", "dwtho7m"} <= set(words)
    assert [word for word in words if word[0] == "a"] == ["afruoi", "awru7o7i"]


def test_the_head_weighs_most_and_the_description_least() -> None:
    in_order = sorted(WEIGHTS, key=lambda field: -WEIGHTS[field])
    assert in_order[:4] == [words.WHOLE, words.HEAD, words.SECOND, words.NAME]
    assert in_order[-1] is words.DESCRIPTION
    assert len(set(WEIGHTS.values())) == len(WEIGHTS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("quả ổi", ["ổi"]),
        ("củ cải", ["củ cải"]),
        ("củ đậu", ["củ đậu"]),
        ("chim bồ câu", ["chim bồ câu"]),
        ("con", ["con"]),
        ("gạo bà Lan", ["gạo", "bà Lan"]),
        ("nep cai hoa vang", ["nep cai hoa vang"]),
    ],
)
def test_classifiers_weigh_nothing_but_in_what_is_called_so(text: str, named: list[str]) -> None:
    assert [unit.typed for unit in units_of(phrase(text))] == [phrase(one) for one in named]


def test_there_are_names_of_other_regions_each_with_its_source() -> None:
    assert other_names() >= 150


def test_what_the_migration_and_the_program_know_is_the_same(session: Session, cast: Cast) -> None:
    known = session.execute(select(Product.id, Product.search_words)).all()
    with transaction() as writing:
        for product_id, _ in known:
            reindex(writing, product_id)
    session.expire_all()
    assert session.execute(select(Product.id, Product.search_words)).all() == known
