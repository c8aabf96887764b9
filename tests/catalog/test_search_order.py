"""What stands first where many things are looked for, and that the shorter ways to it lead to the same."""

import pytest
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bench.goods import names
from market.base.db import transaction
from market.base.ddl import _SEARCH_VECTOR, ANYWHERE, BEGUN, SEARCHED, SHORTEST_BEGINNING, word_of
from market.catalog.actions.search import reindex
from market.catalog.models import Product
from market.catalog.queries import finding
from market.catalog.queries.finding import MANY, Asking, Found, There
from market.catalog.queries.gin import _written
from market.catalog.queries.hits import _on_sqlite
from market.catalog.queries.looks import begun, looks_of, may_be_few
from market.catalog.queries.names import Token, word_anywhere
from market.catalog.queries.reading import SearchText
from market.catalog.queries.search import search
from market.catalog.queries.vocabulary import SpelledWord
from market.catalog.queries.words import ANY, SUPPORTING, WEIGHTS, Field
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on, in_turns
from tests.queries import counting


def put_up(cast: Cast, now: Clock, *goods: str) -> list[int]:
    with transaction() as writing:
        return make.make_products(writing, writing.get_one(Stall, cast.lan.stall), goods, now())


def find(session: Session, cast: Cast, now: Clock, text: str) -> Found:
    return search(session, cast.commune, text, now=now())


def first_of(session: Session, cast: Cast, now: Clock, text: str) -> str:
    return session.get_one(Product, find(session, cast, now, text).ids[0]).name


@in_turns  # alike on both kinds of database
def test_a_name_that_says_a_word_twice_stands_first_where_it_is_typed_whole(
    session: Session, cast: Cast, now: Clock
) -> None:
    put_up(cast, now, "Rươi tươi tươi sống", "Rươi tươi tươi sống Xuân Nẻo", "Bánh tháng 8", "Bánh tháng 8 nhân đậu")
    for name in ("Rươi tươi tươi sống", "Bánh tháng 8"):
        assert first_of(session, cast, now, name) == name


@in_turns  # alike on both kinds of database
def test_who_types_marks_means_the_words_without_them_too(session: Session, cast: Cast, now: Clock) -> None:
    put_up(cast, now, "Mứt cam", "Cám gạo")
    assert first_of(session, cast, now, "cam bà Lan") == "Mứt cam"
    assert first_of(session, cast, now, "cam ba Lan") == "Cám gạo", "without marks it may be either"


@in_turns  # alike on both kinds of database
def test_what_only_a_description_says_stands_behind_what_a_name_says(session: Session, cast: Cast, now: Clock) -> None:
    _, described = put_up(cast, now, "Cây quất cảnh", "Quất mật ong")
    with transaction() as writing:
        writing.get_one(Product, described).description = "Nấu canh cũng ngon."
        reindex(writing, described)
    assert first_of(session, cast, now, "quat canh") == "Cây quất cảnh"


@in_turns  # alike on both kinds of database
def test_a_thing_of_two_words_stays_one_where_nothing_has_all(session: Session, cast: Cast, now: Clock) -> None:
    put_up(cast, now, "Cá quả", "Cá rô đồng")
    found = find(session, cast, now, "cá lóc đồng")
    assert (found.instead, found.is_wider) == ("ca loc", True)
    assert [session.get_one(Product, one).name for one in found.ids] == ["Cá quả"]


@in_turns
def test_of_ways_to_have_most_things_the_one_that_more_goods_have_is_shown(
    session: Session, cast: Cast, now: Clock
) -> None:
    """Whatever order a database finds them in."""
    *ids, _newest = put_up(cast, now, "Mướp khô dày", "Mướp khô dày to", "Mướp khô mỏng")
    found = find(session, cast, now, "muop kho day mong")
    assert (found.instead, found.is_wider, sorted(found.ids)) == ("muop kho day", True, ids)


def test_of_one_letter_the_index_is_asked_by_two() -> None:
    """SQLite keeps the beginnings of words from their second letter on, and reads all words for a shorter one."""
    asked = _on_sqlite(Token("afn", is_beginning=True), 7)
    whole, *begun = asked.strip("()").split(" OR ")
    assert whole == '"000007afn"'
    assert len(begun) == 36
    assert all(one.endswith('"*') and len(one.strip('"*')) == SHORTEST_BEGINNING for one in begun)
    assert _on_sqlite(Token("afne", is_beginning=True), 7) == '"000007afne"*'


def test_a_word_that_may_stand_anywhere_is_one_word_of_postgresql_s_index() -> None:
    """Of `sò` in digits, as its marks are written, there is `so2`, which somebody may type as it stands."""
    anywhere = {
        ("cua", "cua"): "'000007ecua'",
        ("so", "so2"): "('000007afso' | '000007eso2')",
        ("so2", "so2"): "('000007afso2' | '000007eso2')",
    }
    for word, asked in anywhere.items():
        assert _written(word_anywhere(SpelledWord(*word)), 7) == asked
    assert _written(Token("afca", is_beginning=True), 7) == "'000007bca'"
    assert _written(Token("afcanh", is_beginning=True), 7) == "'000007afcanh':*"
    assert {ANY, *SUPPORTING} == {field for field in map(Field, "adk") if f"' {field}w'" in _SEARCH_VECTOR}, (
        "as SQL says"
    )
    assert not {ANYWHERE, BEGUN} & set(WEIGHTS)


@by_day_on("postgresql")
def test_few_goods_too_are_found_by_the_index(session: Session, cast: Cast, now: Clock) -> None:
    """PostgreSQL, which makes the words of a product anew where it reads them all, is told what that costs."""
    put_up(cast, now, *(f"Cà rốt {number}" for number in range(40)))
    if session.get_bind().dialect.name == "sqlite":
        return
    asked = sql(f"EXPLAIN SELECT id FROM product WHERE {SEARCHED} @@ CAST(:word AS tsquery)")  # noqa: S608
    for counted in (False, True):
        if counted:
            session.execute(sql("ANALYZE product"))
        plan = "\n".join(session.scalars(asked, {"word": word_of(cast.commune, "0fca")}))
        assert "ix_product_fts" in plan, plan


@in_turns  # alike on both kinds of database
def test_wherever_a_word_stands_and_however_little_of_it_is_typed_it_is_found(
    session: Session, cast: Cast, now: Clock
) -> None:
    mussels, described, plain, _other = put_up(cast, now, "Sò huyết", "Cháo hến", "Máy đo SO2", "Gạo nếp")
    with transaction() as writing:
        writing.get_one(Product, described).description = "Nấu với sò, thơm canh cải."
        reindex(writing, described)
    for typed, ids in {
        "so huyet": [mussels],
        "sò huyết": [mussels],
        "chao so": [],
        "cháo sò": [described],
        "chao canh": [described],
        "chao thom": [],
        "chao thơm": [described],
        "may so2": [plain],
        "huyet s": [mussels],
        "may s": [plain],
        "may do s": [plain],
        "hen ch": [described],
        "hen cha": [described],
        "hen chao": [described],
    }.items():
        found = find(session, cast, now, typed)
        assert [one for one in found.ids if not found.instead] == ids, typed


@in_turns  # alike on both kinds of database
@pytest.mark.parametrize("text", ["gao n", "gao 5", "nep g"])
def test_a_last_word_of_one_letter_is_the_beginning_of_another(
    session: Session, cast: Cast, now: Clock, text: str
) -> None:
    (wanted,) = put_up(cast, now, "Gạo nếp 500 g")
    assert wanted in find(session, cast, now, text).ids


@in_turns  # alike on both kinds of database
def test_where_words_stand_nowhere_nothing_is_looked_for_that_has_them(
    session: Session, cast: Cast, now: Clock
) -> None:
    """The exact name and the head; which words names have; whether others stand elsewhere; then most of the words
    and what of that can be bought."""
    put_up(cast, now, "Gạo nếp")
    find(session, cast, now, "gao nep")
    for text, asked in (("vkov gao pkop nep", 4), ("gao vkov nep", 7)):
        with counting() as seen:
            find(session, cast, now, text)
        assert len(seen) == asked, (text, len(seen))
        assert any("search_delete" in one for one in seen) == (asked > 4), "two words are more than one slip"


@in_turns  # alike on both kinds of database
def test_a_word_of_a_description_alone_stands_somewhere(session: Session, cast: Cast, now: Clock) -> None:
    """It is in no word list: only the index knows it."""
    (good,) = put_up(cast, now, "Gạo nếp")
    with transaction() as writing:
        writing.get_one(Product, good).description = "Ngon lam luon"
        reindex(writing, good)
    assert find(session, cast, now, "gao luon").ids == [good]


@in_turns  # alike on both kinds of database
def test_few_goods_are_put_in_order_at_once_as_one_look_after_the_other(
    session: Session, cast: Cast, now: Clock
) -> None:
    goods = list(names(300))
    put_up(cast, now, *goods)
    asked = Asking(rows=session.connection(), commune_id=cast.commune, now=now(), page=1, size=24)
    compared = 0
    for name in goods[::6]:
        wanted = SearchText.of(" ".join(name.split()[:3]))
        if may_be_few(wanted):
            compared += 1
            one_by_one = asked.found(looks_of(wanted, "folded"))
            assert asked.all_of_few(wanted) == (one_by_one or asked.cut([])), name
    assert compared > 20


@in_turns
def test_what_others_of_many_words_find_tells_what_all_of_them_do(session: Session, cast: Cast, now: Clock) -> None:
    """Goods that have all things but the last are few, and their words tell of each look what it would find."""
    goods = list(names(400))
    put_up(cast, now, *goods)
    asked = Asking(rows=session.connection(), commune_id=cast.commune, now=now(), page=1, size=24)
    compared = 0
    for name, other in zip(goods[::8], goods[1::8], strict=True):
        for text in (name, f"{' '.join(name.split()[:3])} {other.split()[-1]}", f"{name[:-1]}"):
            wanted = SearchText.of(text)
            there = There(asked, wanted)
            if len(wanted.units) <= MANY or there.among is None:
                continue
            compared += 1
            for spelling in ("written", "folded"):
                anywhere = [[look] for look in list(looks_of(wanted, spelling))[1]]
                for groups in (anywhere, [[begun(wanted, spelling)]]):
                    assert asked.found(groups, among=there.among) == asked.found(groups), (text, spelling)
    assert compared > 20


@in_turns
def test_more_than_a_few_are_not_fetched_for_the_last_word(
    session: Session, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_up(cast, now, *(f"Gạo nếp cái {i} hoa" for i in range(6)))
    asked = Asking(rows=session.connection(), commune_id=cast.commune, now=now(), page=1, size=24)
    few = There(asked, SearchText.of("gao nep cai hoa")).among
    assert few is not None
    assert len(few) == 7, "one is of the cast"
    assert There(asked, SearchText.of("gao nep cai vkov")).among is None, "the last word is what may be wrong"
    assert There(asked, SearchText.of("gao hoa")).among is None, "rice is of many goods"
    monkeypatch.setattr(finding, "MOST_SCORED", 6)
    with counting() as seen:
        assert There(asked, SearchText.of("gao nep cai hoa")).among is None
        assert len(seen) == 1, "how often words stand side by side tells that they are many"
