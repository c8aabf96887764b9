"""Slips of the fingers: what was meant is found, and the word lists follow the goods."""

import math
import random
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bench.goods import names
from bench.search import slip
from market.base.db import db, transaction
from market.catalog.actions.search import rebuild_words, reindex
from market.catalog.models import Product, ProductState, SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.search import search
from market.catalog.queries.spelling import _cost, _Likelihood, likely_readings, slips, wrongly_counted
from market.catalog.queries.terms import in_names
from market.sellers.models import Stall
from market.values.spelling import is_one_slip
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import examples, in_turns
from tests.queries import counting

WORD = st.text(alphabet="abcdegn", min_size=1, max_size=6)


@given(word=WORD, place=st.integers(0, 6), letter=st.sampled_from("abcdegn"))
def test_every_slip_of_one_letter_is_recognised(word: str, place: int, letter: str) -> None:
    place = min(place, len(word))
    left_out = word[:place] + word[place + 1 :]
    put_in = word[:place] + letter + word[place:]
    replaced = word[:place] + letter + word[place + 1 :]
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    for typed in (left_out, put_in, replaced, swapped):
        assert typed in ("", word) or (is_one_slip(typed, word) and is_one_slip(word, typed))
        assert len(word) == 1 or slips(typed) & slips(word)


@given(a=WORD, b=WORD)
def test_only_one_slip_is_one_slip(a: str, b: str) -> None:
    everything = {a[:i] + a[i + 1 :] for i in range(len(a))}
    everything |= {a[:i] + c + a[i:] for i in range(len(a) + 1) for c in ascii_lowercase}
    everything |= {a[:i] + c + a[i + 1 :] for i in range(len(a)) for c in ascii_lowercase}
    everything |= {a[:i] + a[i : i + 2][::-1] + a[i + 2 :] for i in range(len(a) - 1)}
    assert is_one_slip(a, b) == (b in everything - {a})


@pytest.fixture
def market(cast: Cast, now: Clock) -> Cast:
    """Four hundred goods of bà Lan's, as named in a real market."""
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        make.make_products(writing, stall, list(names(400)), now())
    return cast


def found(session: Session, cast: Cast, now: Clock, text: str) -> str | None:
    return search(session, cast.commune, text, now=now()).instead


MEANT = {
    "ddaaju xanh": "đậu xanh",
    "gaoj": "gạo",
    "gaoo nep": "gao nep",
    "goa nep": "gao nep",
    "gao nwp": "gao nep",
    "gaonep": "gao nep",
    "mat oong": "mat ong",
    "vai thie u": "vai thieu",
}


@in_turns  # alike on both kinds of database
def test_what_was_meant_is_found_and_said(session: Session, market: Cast, now: Clock) -> None:
    assert {typed: found(session, market, now, typed) for typed in MEANT} == MEANT


def test_words_of_different_goods_are_never_put_side_by_side(session: Session, cast: Cast, now: Clock) -> None:
    """Nobody sells anything under such words."""
    with transaction() as writing:
        stall = writing.get_one(Stall, cast.lan.stall)
        make.make_products(writing, stall, ["Bắp luộc", "Bắp xào", "Bắp sấy", "Bắp trộn ổi", "Bát đựng ổi"], now())
    assert read(session, cast, "baq oi") == []
    assert read(session, cast, "bap trno") == ["bap tron"]


@in_turns  # alike on both kinds of database
def test_what_nobody_sells_stays_unfound(session: Session, market: Cast, now: Clock) -> None:
    answer = search(session, market.commune, "máy kéo xyzxyz", now=now())
    assert (answer.ids, answer.instead) == ([], None)


def read(session: Session, cast: Cast, text: str) -> list[str]:
    rows, words = session.connection(), tuple(text.split())
    there = in_names(rows, cast.commune, words, words[-1] if words else "")
    return [" ".join(one.words) for one in likely_readings(rows, cast.commune, words, there)]


def put_up(cast: Cast, now: Clock, *goods: str) -> None:
    with transaction() as writing:
        make.make_products(writing, writing.get_one(Stall, cast.lan.stall), goods, now())


def test_the_four_likeliest_readings_are_tried_the_likeliest_first(session: Session, cast: Cast, now: Clock) -> None:
    words = ("bap", "bat", "bac", "ban", "bay", "ba")
    put_up(cast, now, *(f"{word} {number}" for times, word in enumerate(words, start=1) for number in range(times)))
    assert read(session, cast, "baq") == ["ba", "bay", "ban", "bac"]
    assert read(session, cast, "") == []


def test_a_letter_left_out_or_swapped_costs_less_than_a_wrong_one() -> None:
    left_out, swapped, wrong, put_in = (_cost(typed, "bap") for typed in ("ba", "bpa", "baq", "bapq"))
    assert left_out == swapped < wrong == put_in


def test_a_word_is_the_likelier_the_oftener_it_stands_there_and_anywhere() -> None:
    likelihood = _Likelihood(count={"su": 50, "hao": 200}, before={"hao": {"su": 10, "": 40}})
    for previous, share in (("su", 0.9 * 10 / 50), ("", 0.9 * 40 / 100_000), ("hao", 0)):
        assert math.exp(likelihood.of("hao", previous)) == pytest.approx(share + 0.1 * 200 / 100_000)


@in_turns  # alike on both kinds of database
def test_a_word_left_as_it_is_counts_for_the_text_but_one_must_be_put_right(
    session: Session, cast: Cast, now: Clock
) -> None:
    put_up(cast, now, "Su hào xanh", "Su hai", *["Su xinh"] * 3, "Su su", "Cà chua", "Muối 5 kg")
    for typed, meant in {
        "su hoa": ["su hao"],
        "su hao": ["su hai"],
        "zu hzo": [],
        "s uhao": ["su hao"],
        "suhao": ["su hao"],
        "cac hua": ["ca chua"],
        "cz chu": ["ca chu"],
        "chu cz": [],
        "chu": ["chua"],
        "chua": [],
        "chx": [],
        "5kg": ["5 kg"],
        "su haz": ["su hao", "su hai"],
        "su hao xnh": ["su hao xanh"],
    }.items():
        assert read(session, cast, typed) == meant, typed


@in_turns  # alike on both kinds of database
@pytest.mark.parametrize(("letters", "is_read"), [(12, True), (13, False)])
def test_no_word_longer_than_two_dozen_letters_is_taken_apart(
    session: Session, cast: Cast, now: Clock, letters: int, is_read: bool
) -> None:
    put_up(cast, now, f"{'x' * 12} {'y' * letters}")
    assert read(session, cast, "x" * 12 + "y" * letters) == ([f"{'x' * 12} {'y' * letters}"] if is_read else [])
    assert len(slips("xy" * 6 + "z" * letters)) == (14 if is_read else 1)


@in_turns  # alike on both kinds of database
@pytest.mark.parametrize(("words", "is_read"), [(12, True), (13, False)])
def test_no_text_of_more_than_a_dozen_words_is_put_right(
    session: Session, cast: Cast, now: Clock, words: int, is_read: bool
) -> None:
    put_up(cast, now, "bap ngo ngo")
    assert bool(read(session, cast, "baq " + "ngo " * (words - 1))) is is_read


def test_the_rows_of_the_lists_are_met_in_one_order(session: Session, cast: Cast, now: Clock) -> None:
    """Two that change names at once would else wait for one another."""
    met: dict[str, list[list[object]]] = {}

    def note(_connection: object, _cursor: object, statement: str, rows: object, *_rest: object) -> None:
        if isinstance(rows, list):
            said = [list(row.values() if isinstance(row, dict) else row) for row in rows]
            met.setdefault(" ".join(statement.split()[:3]), []).extend(said)

    put_up(cast, now, "Chuối tiêu hồng")
    with transaction() as writing:
        product = writing.scalars(select(Product).where(Product.name == "Chuối tiêu hồng")).one()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            product.name = "Thanh long ruột trắng"
            reindex(writing, product.id)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    forms = [[row[0], row[2], row[1]] for row in met.pop("INSERT INTO search_delete")]
    assert len(forms) == sum(len(slips(word)) for word in ("long", "ruot", "thanh", "trang"))
    assert forms == sorted(forms)
    assert [row[1] for row in met["DELETE FROM search_term"]] == ["chuoi", "hong", "tieu"]
    assert len(met) == 5
    assert all(rows == sorted(rows) for rows in met.values())
    with transaction() as writing, counting() as seen:
        reindex(writing, product.id)
    assert len(seen) == 6, "what is known of it is read, and nothing is written"


def test_what_is_counted_wrongly_is_known(session: Session, cast: Cast) -> None:
    assert wrongly_counted(session) == 0
    with transaction() as writing:
        ids = sorted(writing.scalars(select(Product.id)))
        writing.get_one(Product, ids[0]).indexed = None
        writing.get_one(Product, ids[1]).is_hidden = True
    assert wrongly_counted(session) == 2


@in_turns  # alike on both kinds of database
def test_nine_of_ten_slips_are_put_right(session: Session, market: Cast, now: Clock) -> None:
    dice = random.Random(1)
    right = 0
    for name in list(names(400))[:100]:
        meant = " ".join(name.split()[:3])
        wanted = search(session, market.commune, meant, now=now()).ids
        right += search(session, market.commune, slip(meant, dice), now=now()).ids == wanted
    assert right >= 94


# --- the word lists -------------------------------------------------------------------------------------------------


def word_lists(session: Session) -> tuple[object, ...]:
    terms = session.execute(select(SearchTerm.term, SearchTerm.df).order_by(SearchTerm.term)).all()
    pairs = session.execute(select(SearchBigram.a, SearchBigram.b, SearchBigram.n)).all()
    forms = session.execute(select(SearchDelete.deletion, SearchDelete.term)).all()
    return terms, sorted(pairs), sorted(forms)


CHANGE = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["Gạo nếp", "Gạo tẻ gạo mới", "Đậu xanh", "Nếp cẩm", "", "5 kg gạo"]),
    st.sampled_from(list(ProductState)),
    st.booleans(),
    st.integers(1, 2),
)


@in_turns  # alike on both kinds of database
@pytest.mark.timeout(600)  # by night three hundred times ten transactions and a rebuild
@settings(max_examples=examples(15))
@given(changes=st.lists(CHANGE, max_size=6))
def test_changes_one_by_one_leave_the_lists_as_a_rebuild_does(
    session: Session, cast: Cast, changes: list[tuple[int, str, ProductState, bool, int]]
) -> None:
    ids = sorted(session.scalars(select(Product.id)))
    for which, name, state, is_hidden, times in changes:
        with transaction() as writing:
            product = writing.get_one(Product, ids[which])
            product.name, product.state, product.is_hidden = name, state, is_hidden
            for _ in range(times):
                reindex(writing, product.id)
    with transaction() as writing:
        for product_id in ids:
            reindex(writing, product_id)
    step_by_step = word_lists(session)
    with transaction() as writing:
        rebuild_words(writing)
    assert step_by_step == word_lists(session)
