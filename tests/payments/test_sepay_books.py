"""SePay asked itself, over a real connection to a fake of its API: what it tells, and every way it may not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from market.base.errors import OutsideError
from market.base.http import Http
from market.payments.banks import PROVIDERS
from market.payments.banks.sepay.answers import API
from market.payments.banks.sepay.books import MOST_LISTED, GrantedBooks, SePayBooks, SePayLookup, TokenBooks
from market.payments.banks.sepay.fake import FakeBooks, Trouble
from market.payments.ports import AccessRefused, AskedTooOften, AskedTransfer
from market.payments.rules.checks import ToldTransfer
from tests.services.loopback import listening

TOKEN = "token-of-lan-0123456789"
ACCOUNT = "0071000888888"
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
QUICK = Http(read_seconds=0.3, whole_seconds=0.3, tries=1)


@pytest.fixture
def fake() -> FakeBooks:
    books = FakeBooks()
    books.knows(TOKEN, ACCOUNT)
    return books


@pytest.fixture(params=[TokenBooks, GrantedBooks])
def books(fake: FakeBooks, request: pytest.FixtureRequest) -> Iterator[SePayBooks]:
    with listening(fake) as url:
        yield request.param(token=TOKEN, base_url=url, pace_seconds=0)


@pytest.fixture
def by_token(fake: FakeBooks) -> Iterator[SePayBooks]:
    with listening(fake) as url:
        yield TokenBooks(token=TOKEN, base_url=url, pace_seconds=0)


def ask(books: SePayBooks, *numbers: int, at: datetime = AT) -> dict[str, ToldTransfer | None]:
    return dict(books.transfers([AskedTransfer(provider_txn_id=str(one), occurred_at=at) for one in numbers]))


def test_a_transfer_is_told_as_sepay_writes_it(fake: FakeBooks, books: SePayBooks) -> None:
    fake.transfer(TOKEN, 49682, 150_000, "DS7K2M9PM chuyen tien", AT, code="DS7K2M9PM", sub_account="VCB 0011 abc")
    assert ask(books, 49682) == {
        "49682": ToldTransfer(
            provider_txn_id="49682",
            accounts=(ACCOUNT, "VCB0011ABC"),
            is_incoming=True,
            amount=150_000,
            memo="DS7K2M9PM chuyen tien DS7K2M9PM",
            occurred_at=AT,
            payer=None,
        )
    }


@pytest.mark.parametrize(
    "said",
    [
        {"id": 7},
        {"amount_in": 150000, "amount_out": 0},
        {"amount_in": 150000.0, "amount_out": 0.0},
        {"amount_in": "150000", "amount_out": "0"},
        {"account_number": "0071 0008 88888"},
        {"transaction_content": None},
    ],
)
def test_numbers_are_read_however_they_are_written(fake: FakeBooks, books: SePayBooks, said: dict[str, object]) -> None:
    fake.transfer(TOKEN, 7, 150_000, "", AT, **said)
    told = ask(books, 7)["7"]
    assert told
    assert (told.provider_txn_id, told.accounts, told.amount, told.is_incoming) == ("7", (ACCOUNT,), 150_000, True)


def test_money_that_left_is_told_as_such(fake: FakeBooks, books: SePayBooks) -> None:
    fake.transfer(TOKEN, 7, 0, "", AT, amount_out="150000.00")
    told = ask(books, 7)["7"]
    assert told
    assert (told.is_incoming, told.amount) == (False, 150_000)


def test_one_call_answers_for_all_of_a_day_and_what_is_not_there_is_unknown(fake: FakeBooks, books: SePayBooks) -> None:
    for number in range(1, 6):
        fake.transfer(TOKEN, number, 1000 * number, "", AT + timedelta(minutes=number))
    told = ask(books, 1, 3, 99)
    assert [one and one.amount for one in told.values()] == [1000, 3000, None]
    assert sum(fake.calls.values()) == 1


def test_the_last_minute_of_a_day_is_asked_for_too(fake: FakeBooks, books: SePayBooks) -> None:
    midnight = datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC)
    fake.transfer(TOKEN, 7, 1000, "", midnight)
    assert ask(books, 7, at=midnight)["7"]


def test_what_a_cut_list_lacks_is_asked_one_by_one(
    fake: FakeBooks, by_token: SePayBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.payments.banks.sepay.books.MOST_LISTED", 2)
    for number in range(1, 6):
        fake.transfer(TOKEN, number, 1000 * number, "", AT + timedelta(minutes=number))
    told = ask(by_token, 1, 5, 99)
    assert [one and one.amount for one in told.values()] == [1000, 5000, None]
    assert sorted(fake.calls) == [f"/userapi/transactions/{one}" for one in ("details/1", "details/99", "list")]
    assert MOST_LISTED == 1000


def test_leave_to_read_goes_page_by_page_and_leaves_out_what_it_cannot_reach(
    fake: FakeBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.payments.banks.sepay.books.PAGE", 2)
    monkeypatch.setattr("market.payments.banks.sepay.books.MOST_PAGES", 2)
    with listening(fake) as url:
        books = GrantedBooks(token=TOKEN, base_url=url, pace_seconds=0)
        for number in (1, 2, 3):
            fake.transfer(TOKEN, number, 1000 * number, "", AT + timedelta(minutes=number))
        assert [one and one.amount for one in ask(books, 1, 3, 99).values()] == [1000, 3000, None]
        for number in (4, 5):
            fake.transfer(TOKEN, number, 1000 * number, "", AT + timedelta(minutes=number))
        assert list(ask(books, 1, 5, 99)) == ["5"], "of the others nobody knows"


@pytest.mark.parametrize(
    "said", [{"amount_in": "150.000"}, {"amount_in": "150000.50"}, {"transaction_date": "hôm qua"}]
)
def test_an_odd_transaction_is_left_out_and_costs_none_of_the_others(
    fake: FakeBooks, books: SePayBooks, said: dict[str, object]
) -> None:
    fake.transfer(TOKEN, 1, 1000, "", AT)
    row = {"transaction_date": "2026-11-24 09:00:00"} | said
    fake.transfer(TOKEN, 2, 2000, "", AT, **row)
    if "transaction_date" in said:
        fake.rows[TOKEN][-1]["transaction_date"] = "2026-11-24 khuya"
    assert list(ask(books, 1, 2)) == ["1"]
    assert list(ask(books, 1, 99)) == ["1", "99"]


def test_where_not_even_a_number_can_be_read_nothing_is_unknown(fake: FakeBooks, books: SePayBooks) -> None:
    """The one asked about may be that one: by a token it is asked for by itself."""
    fake.transfer(TOKEN, 1, 1000, "", AT)
    fake.transfer(TOKEN, 2, 2000, "", AT, id="x")
    told = ask(books, 1, 2)
    assert told.pop("1")
    assert told == ({"2": None} if isinstance(books, TokenBooks) else {})


def test_what_another_has_is_not_told(fake: FakeBooks, books: SePayBooks) -> None:
    fake.knows("token-of-tu-0123456789", "0900000013")
    fake.transfer("token-of-tu-0123456789", 7, 1000, "", AT)
    assert ask(books, 7) == {"7": None}
    assert books.has_account(ACCOUNT, "970436")
    assert not books.has_account("0900000013", "970436")


def test_where_sepay_knows_accounts_by_virtual_numbers_any_may_be_its_owners(books: SePayBooks) -> None:
    assert books.has_account("96247TU01", "970418")


def test_a_token_that_sepay_does_not_know_is_refused_though_it_answers_200(fake: FakeBooks, books: SePayBooks) -> None:
    del fake.accounts[TOKEN]
    with pytest.raises(AccessRefused):
        ask(books, 7)
    with pytest.raises(AccessRefused):
        books.has_account(ACCOUNT, "970436")


@pytest.mark.parametrize(("said", "seconds"), [(7, 7), (None, 60), (99_999, 3600), (0, 1)])
def test_sepay_says_how_long_it_wants_to_be_left_alone(
    fake: FakeBooks, books: SePayBooks, said: int | None, seconds: int
) -> None:
    fake.trouble, fake.retry_after = Trouble.BUSY, said
    with pytest.raises(AskedTooOften) as told:
        ask(books, 7)
    assert told.value.after == timedelta(seconds=seconds)
    assert sum(fake.calls.values()) == 1, "it is not asked again at once"


@pytest.mark.parametrize("trouble", [one for one in Trouble if one is not Trouble.BUSY])
def test_whatever_else_is_answered_is_no_answer(fake: FakeBooks, books: SePayBooks, trouble: Trouble) -> None:
    books.http = QUICK if trouble is Trouble.SLOW else books.http
    fake.trouble = trouble
    with pytest.raises(OutsideError) as told:
        ask(books, 7)
    assert not isinstance(told.value, AccessRefused | AskedTooOften)
    assert TOKEN not in f"{told.value} {books!r}"


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(OutsideError):
        ask(TokenBooks(token=TOKEN, base_url="http://127.0.0.1:9"), 7)


def test_sepay_is_asked_at_its_own_address() -> None:
    entered = {"token": TOKEN, "base_url": "http://evil.test", "url": "http://evil.test"}
    client = SePayLookup().client(entered, elsewhere=None)
    assert client.base_url == API == "https://my.sepay.vn"


def test_every_provider_says_whether_it_can_be_asked() -> None:
    assert {name: one.lookup is not None for name, one in PROVIDERS.items()} == {
        "sepay": True,
        "casso": False,
        "payos": False,
    }
