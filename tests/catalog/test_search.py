"""Finding goods: marks or none, half a word, two databases, one order."""

import json
import unicodedata
from datetime import UTC, datetime
from itertools import islice
from time import monotonic
from typing import cast as cast_type

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.ddl import BLOCK, SEARCHED, word_of
from market.catalog.models import Photo, Product, ProductState, Variant
from market.catalog.queries import gin
from market.catalog.queries.finding import SPARE, Asking, Found
from market.catalog.queries.gin import IS_LARGE, NEWEST_BLOCKS, REMEMBERED_S, _is_large
from market.catalog.queries.hits import hits
from market.catalog.queries.names import Hit, Lookup, Token
from market.catalog.queries.reading import SearchText
from market.catalog.queries.search import search
from market.sellers.models import Stall, StallState, Verification
from market.values.text import fold, marked_words
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.nights import IS_NIGHT, by_day_on, examples, in_turns, of_many
from tests.plans import asking
from tests.queries import counting

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

NAMES = (
    "Đậu xanh bãi",
    "Dầu lạc ép",
    "Dâu tằm",
    "Gạo nếp cái hoa vàng túi 5 kg",
    "Nếp cẩm gạo mới",
    "Hoà Bình cam",
    "Cá trắm đồng",
    "Cà chua",
)


@pytest.fixture
def goods(cast: Cast, now: Clock) -> dict[str, int]:
    """Bà Lan's goods by name."""
    return put_up(cast, now, *NAMES)


def put_up(cast: Cast, now: Clock, *names: str) -> dict[str, int]:
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        return dict(zip(names, make.make_products(writing, stall, names, now()), strict=True))


def find(session: Session, cast: Cast, now: Clock, text: str, **page: int) -> Found:
    return search(session, cast.commune, text, now=now(), **page)


def names_found(session: Session, cast: Cast, now: Clock, text: str) -> list[str]:
    return [session.get_one(Product, product_id).name for product_id in find(session, cast, now, text).ids]


@pytest.mark.parametrize(
    "text",
    [
        "gao nep",
        "GẠO NẾP",
        "gạo nếp",
        unicodedata.normalize("NFD", "gạo nếp"),
        " gao   nep ",
        "nep gao",
        "gao-nep",
        "gạo ne",
    ],
)
def test_a_name_is_found_however_it_is_typed(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int], text: str
) -> None:
    found = set(find(session, cast, now, text).ids)
    assert {goods["Gạo nếp cái hoa vàng túi 5 kg"], goods["Nếp cẩm gạo mới"]} <= found
    assert goods["Cà chua"] not in found


def test_typed_marks_come_first_and_the_other_readings_after(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int]
) -> None:
    assert names_found(session, cast, now, "đậu") == ["Đậu xanh bãi", "Đậu xanh", "Dâu tằm", "Dầu lạc ép"]
    assert names_found(session, cast, now, "dầu")[0] == "Dầu lạc ép"
    assert names_found(session, cast, now, "dâu")[0] == "Dâu tằm"
    assert names_found(session, cast, now, "cà")[0] == "Cà chua"
    assert names_found(session, cast, now, "cá")[0] == "Cá trắm đồng"


def test_both_ways_to_place_a_tone_are_one_word(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int]
) -> None:
    assert names_found(session, cast, now, "hòa bình") == ["Hoà Bình cam"]


def test_without_marks_the_newest_comes_first(session: Session, cast: Cast, now: Clock, goods: dict[str, int]) -> None:
    ids = find(session, cast, now, "dau").ids
    assert list(ids) == sorted(ids, reverse=True)


def test_what_can_be_bought_comes_before_what_is_sold_out(session: Session, cast: Cast, now: Clock) -> None:
    ids = put_up(cast, now, "Tỏi tía một", "Tỏi tía hai", "Tỏi tía ba")
    with transaction() as writing:
        variant = writing.query(Variant).filter_by(product_id=ids["Tỏi tía ba"]).one()
        variant.is_sold_out = True
    assert names_found(session, cast, now, "tỏi") == ["Tỏi tía hai", "Tỏi tía một", "Tỏi tía ba"]


@pytest.mark.parametrize("state", [ProductState.PENDING, ProductState.REFUSED, ProductState.TAKEN_DOWN])
def test_what_is_not_public_is_not_found(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int], state: ProductState
) -> None:
    with transaction() as writing:
        writing.get_one(Product, goods["Cà chua"]).state = state
    assert find(session, cast, now, "cà chua").ids == []


@pytest.mark.parametrize("why", ["paused", "unverified", "hidden", "no photo"])
def test_what_keeps_goods_off_the_market_keeps_them_out_of_the_search(
    session: Session, cast: Cast, now: Clock, why: str
) -> None:
    with transaction() as writing:
        product = writing.get_one(Variant, cast.dau_xanh).product
        product.is_hidden = why == "hidden"
        if why == "paused":
            product.stall.state = StallState.PAUSED
        elif why == "unverified":
            writing.execute(delete(Verification).where(Verification.business_id == cast.lan.business))
        elif why == "no photo":
            writing.execute(delete(Photo).where(Photo.product_id == product.id))
    for text in ("dau xanh", "đậu xanh"):
        assert find(session, cast, now, text).ids == []
    assert find(session, cast, now, "ruoi").ids


def test_what_can_be_bought_stands_first_and_what_is_not_public_nowhere() -> None:
    stock = {9: True, 8: False, 7: None, 6: True, 5: False}
    hits = [Hit(look=0, id=number, words="2fgao") for number in stock]
    asked = Asking(
        rows=cast_type(Connection, None),
        commune_id=1,
        now=datetime(2026, 11, 30, tzinfo=UTC),
        page=1,
        size=24,
        stock=stock,
    )
    look = Lookup(asked=Token("2fgao"))
    assert list(asked.in_order(hits, look)) == [9, 6, 8, 5]
    heavy = Lookup(asked=look.asked, rank=lambda words: 1 if "2fgao" in words else 0)
    assert list(asked.in_order(hits, heavy)) == [9, 6, 8, 5]
    assert list(asked.in_order(hits, Lookup(asked=look.asked, rank=lambda _words: 0))) == []


def test_what_can_be_bought_is_asked_of_no_more_than_a_page_at_a_time(session: Session, cast: Cast, now: Clock) -> None:
    """Of goods that weigh as much the newest first, all that can be bought before all that cannot."""
    ids = list(put_up(cast, now, *(f"Tỏi {number}" for number in range(40))).values())
    with transaction() as writing:
        sold_out = ids[-2:]
        writing.execute(update(Variant).where(Variant.product_id.in_(sold_out)).values(is_sold_out=True))
    asked = Asking(rows=session.connection(), commune_id=cast.commune, now=now(), page=1, size=5)
    with counting() as seen:
        first = list(islice(asked.public((7, one) for one in ids), 6))
        assert first == sorted(ids[:-2], reverse=True)[:6]
        assert (len(seen), len(asked.stock)) == (1, asked.reach + SPARE)
        assert list(asked.public((7, one) for one in ids))[-2:] == sorted(sold_out, reverse=True)


def test_another_commune_s_goods_are_not_found(session: Session, cast: Cast, now: Clock) -> None:
    far = far_stall(now())
    with transaction() as writing:
        make.make_products(writing, writing.get_one(Stall, far), ["Tỏi xa"], now())
    assert find(session, cast, now, "tỏi xa").ids == []
    assert find(session, cast, now, "toi xa").ids == []


def test_neighbours_do_not_change_what_is_found(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int]
) -> None:
    """With a hundred communes a search meets what it meets in one alone. Growth finding 9."""

    def read() -> list[object]:
        return [find(session, cast, now, typed) for typed in ("gao", "dau xah", "muop", "muop huog", "bi xnah")]

    found = read()
    stall = far_stall(now())
    with transaction() as writing:
        many = [f"Gạo nếp xa {number}" for number in range(70)] + ["Mướp hương", "Bí xanh", "Đậu xanh"] * 20
        make.make_products(writing, writing.get_one(Stall, stall), many, now())
    assert read() == found, "the spelling, too, knows the words of its own commune alone"
    assert in_index(session, cast.commune, "2fgao") == 3
    assert in_index(session, cast.commune, "2fmuop") == 0


def in_index(session: Session, commune_id: int, word: str) -> int:
    """How many goods the index itself has under a commune's word."""
    question = {
        "sqlite": "SELECT count(*) FROM product_fts WHERE product_fts MATCH :word",
        "postgresql": f"SELECT count(*) FROM product WHERE {SEARCHED} @@ CAST(:word AS tsquery)",  # noqa: S608
    }
    asked = {"word": word_of(commune_id, word)}
    return session.scalars(sql(question[session.get_bind().dialect.name]), asked).one()


def test_pages_follow_each_other_without_a_gap(session: Session, cast: Cast, now: Clock) -> None:
    put_up(cast, now, *(f"Su hào số {i}" for i in range(70)))
    with transaction() as writing:
        for variant in writing.query(Variant).join(Variant.product).filter(Product.folded.like("su hao so %5")):
            variant.is_sold_out = True
    pages = [find(session, cast, now, "su hào", page=page, size=20) for page in (1, 2, 3, 4, 5)]
    assert [len(page.ids) for page in pages] == [20, 20, 20, 10, 0]
    assert [page.has_more for page in pages] == [True, True, True, False, False]
    whole = find(session, cast, now, "su hào", size=100)
    assert [product_id for page in pages for product_id in page.ids] == list(whole.ids)


@pytest.mark.parametrize("text", ["su hao", "su hào", "sù hào"])
def test_another_page_follows_where_there_is_one_more(session: Session, cast: Cast, now: Clock, text: str) -> None:
    ids = put_up(cast, now, "Su hào a", "Su hao b", "Su hào c")
    with transaction() as writing:
        writing.query(Variant).filter_by(product_id=ids["Su hào c"]).one().is_sold_out = True
    assert [find(session, cast, now, text, size=size).has_more for size in (1, 2, 3, 4)] == [True, True, False, False]
    pages = [find(session, cast, now, text, size=1, page=page).ids for page in (1, 2, 3, 4)]
    assert [product_id for page in pages for product_id in page] == find(session, cast, now, text).ids
    assert len(find(session, cast, now, text).ids) == 3


def test_where_names_with_these_marks_fill_a_page_the_others_are_not_asked_for(
    session: Session, cast: Cast, now: Clock
) -> None:
    put_up(cast, now, "Tỏi một", "Tỏi hai", "Tỏi ba", "Toi")
    find(session, cast, now, "tỏi")
    with counting() as seen:
        assert find(session, cast, now, "tỏi", size=2).has_more
    assert len(seen) == 1


def test_beyond_the_last_page_nothing_else_is_meant(session: Session, cast: Cast, now: Clock) -> None:
    put_up(cast, now, "Tỏi một", "Tỏi hai", "Toái")
    beyond = find(session, cast, now, "toai", page=2, size=1)
    assert (beyond.ids, beyond.instead, beyond.page, beyond.has_more) == ([], None, 2, False)
    put_right = find(session, cast, now, "toji", page=2, size=1)
    assert (len(put_right.ids), put_right.instead, put_right.page) == (1, "toi", 2)


def test_raw_telex_is_another_text_where_a_name_carries_its_marks(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int]
) -> None:
    assert find(session, cast, now, "caf").instead == "cà"
    assert find(session, cast, now, "caf chua").ids == [goods["Cà chua"]]
    assert find(session, cast, now, "naams").ids == []


BATCHES = 30 if IS_NIGHT else 12


def test_a_common_word_is_found_to_the_last_name(session: Session, cast: Cast, now: Clock) -> None:
    """Goods numbered far apart, as on a large market: PostgreSQL looks at the newest blocks first, then at more."""
    ids: dict[str, int] = {}
    for batch in range(BATCHES):
        ids |= put_up(cast, now, *(f"Cà rốt {batch} {i}" for i in range(5)))
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.setval("product_id_seq", max(ids.values()) + 2 * BLOCK)))
    session.connection().info.pop(IS_LARGE, None)
    assert list(find(session, cast, now, "cà rốt", size=200).ids) == sorted(ids.values(), reverse=True)
    assert len(find(session, cast, now, "cả rốt", size=200).ids) == 5 * BATCHES
    pages = [find(session, cast, now, "ca rot", size=24, page=page).ids for page in range(1, 8)]
    assert [product_id for page in pages for product_id in page] == sorted(ids.values(), reverse=True)
    oldest = next(iter(ids))
    assert find(session, cast, now, oldest).ids[0] == ids[oldest], "it stands in the oldest block alone"


@by_day_on("postgresql")
def test_older_blocks_are_looked_at_where_the_newest_have_not_enough(session: Session, cast: Cast, now: Clock) -> None:
    ids = list(put_up(cast, now, *(f"Cà rốt già {i}" for i in range(3))).values())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.setval("product_id_seq", max(ids) + NEWEST_BLOCKS * BLOCK)))
    ids += put_up(cast, now, *(f"Cà rốt non {i}" for i in range(3))).values()
    session.connection().info.pop(IS_LARGE, None)
    look = Lookup(asked=Token("0fca"))
    for most in range(1, len(ids) + 2):
        found, stock = hits(session.connection(), [look], {"commune": cast.commune, "now": now(), "most": most})
        assert sorted(hit.id for hit in found) == sorted(ids)[-most:]
        assert stock == dict.fromkeys(sorted(ids)[-most:], True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_older_goods_are_found_by_their_words_alone(session: Session, cast: Cast, now: Clock) -> None:
    """As planned for a large market: nearly all goods were gathered by their ids, to leave out those of the newest."""
    put_up(cast, now, *(f"Cà rốt {i}" for i in range(40)))
    rows = session.connection()
    rows.info[IS_LARGE] = (monotonic() + REMEMBERED_S, True)
    with asking() as asked:
        hits(rows, [Lookup(asked=Token("0fca"))], {"commune": cast.commune, "now": now(), "most": 1})
    del rows.info[IS_LARGE]
    ((statement, values),) = asked.questions.items()
    for step in (
        "ANALYZE product",
        "UPDATE pg_class SET reltuples = 100000, relpages = 1 WHERE relname IN ('product', 'pk_product')",
        "SET LOCAL enable_seqscan = off",
    ):
        rows.exec_driver_sql(step)
    plan = "\n".join(rows.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    session.rollback()
    assert "Bitmap Index Scan on pk_product" not in plan
    assert plan.count("Bitmap Index Scan on ix_product_fts") == 2


@by_day_on("postgresql")
def test_whether_a_market_is_large_is_asked_once_a_minute(
    session: Session, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if session.get_bind().dialect.name == "sqlite":
        return
    rows = session.connection()
    rows.info.pop(IS_LARGE, None)
    assert not _is_large(rows)
    ids = put_up(cast, now, "Cà rốt").values()
    session.execute(select(func.setval("product_id_seq", max(ids) + NEWEST_BLOCKS * BLOCK)))
    put_up(cast, now, "Cà rốt non")
    with counting() as seen:
        assert not _is_large(rows)
    assert not seen
    later = monotonic() + REMEMBERED_S
    monkeypatch.setattr(gin, "monotonic", lambda: later)
    assert _is_large(rows)


def test_a_text_has_two_hundred_letters_and_two_dozen_words_each_once() -> None:
    of = SearchText.of
    assert [len(of("a" * length).text) for length in (199, 200, 201)] == [199, 200, 200]
    assert of("Gạo nếp gạo").words == ("gao", "nep")
    assert [(word.folded, word.written) for word in of("Gạo nếp gạo").spelled] == [("gao", "gao5"), ("nep", "ne6p1")]
    many = of(" ".join(f"đ{number}" for number in range(26)))
    assert many.words == tuple(f"d{number}" for number in range(24))
    assert len(many.spelled) == 24
    assert of(" " * 796 + "gạo nếp").words == ("gao",), "what is cut before it is cleaned costs nobody a minute"


@of_many(4)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r", {"rốt", "rang", "ri rom"}),
        ("ca r", {"rốt", "rang", "ri rom"}),
        ("cà rố", {"rốt"}),
        ("cà rồ", set()),
        ("ngon ca x", {"xào ngon"}),
        ("luong r", {"rốt", "rang", "ri rom"}),
        ("xào ng", {"xào ngon"}),
    ],
)
def test_half_a_word_may_be_any_of_many(session: Session, cast: Cast, now: Clock, text: str, words: set[str]) -> None:
    """The marks that were typed of it count: `cà rồ` is not the beginning of `cà rốt`."""
    names = {f"Cà {word} luống {i}": word for i in range(10) for word in ("rốt", "rang", "ri rom", "xào ngon")}
    ids = put_up(cast, now, *names)
    found = find(session, cast, now, text, size=200)
    meant = {ids[name] for name in names if names[name] in words}
    ours = [one for one in found.ids if one in ids.values()]
    assert found.instead or set(ours[: len(meant)]) == meant, "a stall whose name begins so comes after them"
    assert (found.instead is None) is bool(words)


def test_a_name_of_many_words_is_found_by_all_of_them(session: Session, cast: Cast, now: Clock) -> None:
    ids = put_up(cast, now, *(f"Gạo nếp cái hoa vàng bãi rươi Đại Sơn túi {i} kg vụ mùa mới" for i in range(9)))
    assert all(list(find(session, cast, now, name).ids) == [product_id] for name, product_id in ids.items())


HOSTILE = [
    "",
    "   ",
    "́̀",
    '"',
    "' OR 1=1 --",
    "gao AND NOT nep",
    "folded : gao",
    "gao*",
    "NEAR(gao nep)",
    "%",
    "_",
    "🍚🍚",
    "\x00gao",
    "gao & nep | (",
    "a" * 2000,
    "gạo " * 500,
    "é" * 2000,
    "\\",
    ":*",
    "!!",
]


@of_many(12)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_search(session: Session, cast: Cast, now: Clock, goods: dict[str, int], text: str) -> None:
    assert find(session, cast, now, text).page == 1


TYPED = ["gạo", "nếp", "đậu", "dầu", "xanh", "cà", "cá", "cả", "ga", "g", "5", "kg", "zz"]
WORDS = st.lists(st.sampled_from(TYPED), min_size=1, max_size=4)


@settings(max_examples=examples(40))
@given(words=WORDS)
def test_every_name_with_the_words_is_found_those_with_the_marks_first(
    session: Session, cast: Cast, now: Clock, goods: dict[str, int], words: list[str]
) -> None:
    text = " ".join(words)
    found = find(session, cast, now, text, size=50)
    names = {product.id: product for product in session.query(Product).filter_by(state=ProductState.APPROVED)}
    typed, marked = set(fold(text).split()), set(marked_words(text).split())
    have = {one.id: marked <= set(one.marked.split()) for one in names.values() if typed <= set(one.folded.split())}
    if found.instead is None and any(have.values()):
        assert have.keys() <= set(found.ids)
        as_found = [have[one] for one in found.ids if one in have]
        assert as_found == sorted(as_found, reverse=True)


def test_a_search_takes_few_statements(cast: Cast, now: Clock, goods: dict[str, int], session: Session) -> None:
    """Beside the one that asks how large the market is: once a minute, whichever search comes first then."""
    for text, most in (("gao nep", 3), ("gạo nếp", 5), ("ddaaju", 9), ("goa nep", 8)):
        with counting() as seen:
            assert find(session, cast, now, text).ids
        asked = [one for one in seen if not one.startswith("SELECT max(product.id)")]
        assert len(asked) <= most, (text, asked)


def test_the_command_prints_ids_and_names(app: Flask, cast: Cast, goods: dict[str, int]) -> None:
    answer = app.test_cli_runner().invoke(args=["search", "dau xanh", "--json"])
    assert json.loads(answer.stdout)[1] == {"id": goods["Đậu xanh bãi"], "name": "Đậu xanh bãi"}
    assert answer.exit_code == 0
    assert len(app.test_cli_runner().invoke(args=["search", "dau", "--limit", "2"]).stdout.splitlines()) == 2
    assert app.test_cli_runner().invoke(args=["search"]).exit_code == 2


def test_the_command_says_what_it_looked_for_instead(app: Flask, cast: Cast, goods: dict[str, int]) -> None:
    answer = app.test_cli_runner().invoke(args=["search", "goa nep"])
    assert "Không có kết quả cho goa nep, đang xem kết quả cho gao nep." in answer.stderr
    assert "Gạo nếp cái hoa vàng túi 5 kg" in answer.stdout


# --- goods are understood ---------------------------------------------------------------------------------------------

VILLAGE = (
    "Rươi tươi bãi Bình Lãng",
    "Chả rươi, hộp 500 g",
    "Gạo bãi rươi, túi 5 kg",
    "Gạo lứt bãi rươi, túi 2 kg",
    "Gà ta thả vườn",
    "Gạo tẻ",
    "Cà rốt đất bãi",
    "Cà chua chín cây",
    "Su hào non",
    "Ổi lê giòn",
    "Bồ câu làm sạch",
    "Trứng bồ câu tươi",
    "Củ đậu ngọt",
    "Rươi cấp đông",
    "Dưa lê vàng",
    "Sắn tươi",
    "Thịt lợn ba chỉ",
    "Lạc nhân đỏ",
    "Dứa mật",
    "Ngô nếp",
    "Rau diếp cá",
    "Đậu phụ",
    "Thảo dược làm sạch",
    "Cám gạo",
    "Cam sành",
)


@pytest.fixture
def village(cast: Cast, now: Clock) -> dict[str, int]:
    return put_up(cast, now, *VILLAGE)


@of_many(12)
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("rươi", "Rươi"),
        ("con rươi", "Rươi"),
        ("gà", "Gà ta thả vườn"),
        ("ga", "Gà ta thả vườn"),
        ("cam", "Cam sành"),
        ("quả ổi", "Ổi lê giòn"),
        ("chim bồ câu", "Bồ câu làm sạch"),
        ("rươi đông lạnh", "Rươi cấp đông"),
        ("khoai mì", "Sắn tươi"),
        ("thịt heo", "Thịt lợn ba chỉ"),
        ("heo", "Thịt lợn ba chỉ"),
        ("đậu phộng", "Lạc nhân đỏ"),
        ("quả thơm", "Dứa mật"),
        ("bắp nếp", "Ngô nếp"),
        ("giấp cá", "Rau diếp cá"),
        ("đậu hũ", "Đậu phụ"),
        ("củ đậu", "Củ đậu ngọt"),
        ("rươi bà Lan", "Rươi"),
        ("Chả rươi, hộp 500 g", "Chả rươi, hộp 500 g"),
        ("gạo túi 5kg", "Gạo bãi rươi, túi 5 kg"),
        ("chả rươi hộp nửa cân", "Chả rươi, hộp 500 g"),
    ],
)
def test_what_people_look_for_stands_first_and_nothing_is_said_of_it(
    session: Session, cast: Cast, now: Clock, village: dict[str, int], text: str, first: str
) -> None:
    """The samples of people 5 and field C14."""
    found = find(session, cast, now, text)
    assert session.get_one(Product, found.ids[0]).name.startswith(first)
    assert found.instead is None


def test_a_word_that_stands_before_names_is_a_kind_of_goods_as_well(
    session: Session, cast: Cast, now: Clock, village: dict[str, int]
) -> None:
    """`chim` is no ripe (`chín`) tomato, and a pigeon (`bồ câu`) is called so without it."""
    assert names_found(session, cast, now, "chim") == ["Bồ câu làm sạch"]


def test_the_head_of_a_name_stands_before_its_tail(
    session: Session, cast: Cast, now: Clock, village: dict[str, int]
) -> None:
    found = names_found(session, cast, now, "rươi")
    assert all(name.startswith("Rươi") for name in found[:3])
    assert found[3:] == ["Chả rươi, hộp 500 g", "Gạo lứt bãi rươi, túi 2 kg", "Gạo bãi rươi, túi 5 kg"]


@pytest.mark.parametrize("text", ["nước mắm", "sữa", "tôm", "xe máy", "tủ lạnh", "mực", "nuoc mam", "chùm"])
def test_nothing_is_made_of_what_nobody_sells(
    session: Session, cast: Cast, now: Clock, village: dict[str, int], text: str
) -> None:
    """`nước mắm` is no herb (`dược làm`), `sữa` no melon (`dưa`)."""
    assert find(session, cast, now, text).ids == []


def test_where_no_goods_have_all_words_those_with_most_are_shown_and_it_is_said(
    session: Session, cast: Cast, now: Clock, village: dict[str, int]
) -> None:
    found = find(session, cast, now, "trứng gà")
    assert [session.get_one(Product, one).name for one in found.ids] == ["Trứng bồ câu tươi"]
    assert (found.instead, found.is_wider) == ("trung", True)


def test_of_two_things_that_no_goods_are_the_first_is_shown_and_it_is_said(
    session: Session, cast: Cast, now: Clock
) -> None:
    """`hành tỏi` found nothing, though both are sold."""
    put_up(cast, now, "Hành khô", "Tỏi ta", "Cà rốt")
    for text, instead in (("hành tỏi", "hành"), ("hanh toi", "hanh"), ("tỏi hành", "tỏi")):
        found = find(session, cast, now, text)
        assert fold(session.get_one(Product, found.ids[0]).name).startswith(fold(instead)), text
        assert (fold(found.instead or ""), found.is_wider) == (fold(instead), True), text


def test_goods_with_the_marks_that_were_typed_stand_before_those_without(
    session: Session, cast: Cast, now: Clock
) -> None:
    """Of 17 goods that `cá` found, carrots stood among the fish."""
    put_up(cast, now, "Cá trắm đen", "Cà rốt đất bãi", "Cà chua chín cây", "Cá rô phi", "Gạo cà phê")
    assert set(names_found(session, cast, now, "cá")[:2]) == {"Cá trắm đen", "Cá rô phi"}


def test_stalls_sellers_and_hamlets_are_found(session: Session, cast: Cast, now: Clock) -> None:
    of_lan = {cast.rau_muong, session.get_one(Variant, cast.dau_xanh).product_id}
    for text in ("bà Lan", "ba lan", "rau bà Lan"):
        assert set(find(session, cast, now, text).ids) <= of_lan
        assert find(session, cast, now, text).ids, text
    assert find(session, cast, now, "anh Tư").ids == [session.get_one(Variant, cast.ruoi).product_id]
    assert set(find(session, cast, now, "Nghĩa Dũng").ids) >= of_lan
