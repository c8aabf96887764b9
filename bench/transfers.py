"""Fifty bank notices a second for a minute while browsing goes on: whether each is answered at once, and afterwards no
money is lost, doubled or on another's order."""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from random import Random

from sqlalchemy import func, select

from bench.databases import markets, served, settle
from bench.figures import Figure, at_least, at_most, free, promised
from bench.serving import asked_by, pages_asked, seconds_of, spread
from market.base import clock
from market.base.audit import GUEST
from market.base.db import db, reading, transaction
from market.base.secrets import random_key
from market.orders.actions.inputs import Buyer, PlacePurchase
from market.orders.models import Order
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.banks.sepay.fake import FakeSePay
from market.payments.models import Allocation, BankCredit, PaymentRequest
from market.places.models import Commune, Hamlet
from market.sellers.models import BankConnection
from market.values.phone import Phone
from tests import factories as make
from tests.orders.steps import accept_as_shown, wanted

A_SECOND, SECONDS = 50, 60.0
PAGES_A_SECOND = 50
"""What a city of 114 communes asks for: tens of requests a second."""
STALLS, WORKERS, SENDERS, READERS = 20, 2, 24, 16
PRICE = 20_000
SUPPLIERS = "CHUYEN TIEN MUA HANG"
ANSWERED_WITHIN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A stall's bank account, and the notices of it."""

    bank: FakeSePay
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One notice of a feed: a transfer's number, its amount, and of which order or of what."""

    feed: _Feed
    number: int
    amount: int
    memo: str


def run() -> Iterator[Figure | str]:
    for database, app in markets(None):
        with app.app_context():
            calls = _calls()
            settle()
            db.session.remove()
        pages = pages_asked(app)
        browsing = [pages[page] for page in ("home", "category", "product")]
        yield f"{database}: {len(calls)} notices for {STALLS} stalls, six of ten of an open order"
        with served(app, workers=WORKERS) as server:
            asked_by(server.port, browsing)  # its first pages are made cold
            alone = _browsed(server.port, browsing, 10.0)
            with ThreadPoolExecutor(1) as one:
                beside = one.submit(_browsed, server.port, browsing, SECONDS)
                took, late = _sent(server.port, calls)
                browsed = beside.result()
        yield promised(at_most(f"{database} not answered", len(calls) - len(took), "", 0, note=spread(took)))
        yield at_least(f"{database} notices a second", len(took) / (SECONDS + late), "/s", 0.98 * A_SECOND)
        yield at_most(f"{database} 99 of 100 answered in", sorted(took)[-len(took) // 100], "s", ANSWERED_WITHIN)
        for what, waits in (("alone", alone), ("beside", browsed)):
            known = [one for one in waits if one is not None]
            yield free(f"{database} pages {what}", len(known) / (len(waits) / PAGES_A_SECOND), "/s", note=spread(waits))
        with app.app_context():
            yield from _counted(database, calls)


# --- what is there before ---------------------------------------------------------------------------------------------


def _calls() -> list[_Call]:
    """Of ten: six pay an order, one a part of it and one the rest, one is nobody's order, one is told again."""
    feeds, orders = _stalls_with_orders(int(A_SECOND * SECONDS) * 7 // 10 // STALLS)
    calls, numbers = list[_Call](), iter(range(1, 10**6))
    for feed, code, at in orders:
        if at % 7 == 6:
            calls += [_Call(feed=feed, number=next(numbers), amount=part, memo=code) for part in (PRICE - 5000, 5000)]
        else:
            calls.append(_Call(feed=feed, number=next(numbers), amount=PRICE, memo=code))
    strange = cycle(feeds)
    while len(calls) < A_SECOND * SECONDS * 0.9:
        calls.append(_Call(feed=next(strange), number=next(numbers), amount=PRICE, memo=SUPPLIERS))
    Random(1).shuffle(calls)
    return calls + calls[:: len(calls) * 10 // int(A_SECOND * SECONDS)][: int(A_SECOND * SECONDS) - len(calls)]


def _stalls_with_orders(each: int) -> tuple[list[_Feed], list[tuple[_Feed, str, int]]]:
    """Stalls of one commune, each with a feed of its own and so many orders that wait for their money."""
    now, feeds, goods = clock.now(), list[_Feed](), list[int]()
    with transaction() as session:
        commune = session.scalars(select(Commune).order_by(Commune.id).limit(1)).one()
        hamlet = session.scalars(
            select(Hamlet).where(Hamlet.commune_id == commune.id).order_by(Hamlet.id).limit(1)
        ).one()
        for at in range(STALLS):
            person = make.make_person(session, commune, f"Nguyễn Thị {at}", f"0911 {at:03d} 000", now)
            business = make.make_business(session, hamlet, f"Hàng xén {at}", now)
            stall = make.make_stall(session, business, person, person, now)
            bank = FakeSePay(account=f"10203040{at:02d}", secret=random_key())
            account = make.make_bank_account(session, business, f"NGUYEN THI {at}", bank.account, now)
            make.make_connection(session, account, f"hook-{at}", bank.secret, now)
            feeds.append(_Feed(bank=bank, path=f"/webhook/sepay/hook-{at}"))
            goods.append(make.make_product(session, stall, f"Gạo nếp {at}", now, price=PRICE).id)
        commune_id = commune.id
    found = []
    for at in range(each * STALLS):
        phone = Phone(f"0912 {at // 1000:03d} {at % 1000:03d}")
        buyer = Buyer(name="Vũ Thị Mai", phone=phone, address="Xóm 2", device=random_key())
        order = wanted(goods[at % STALLS], 1000, pay=PayChoice.TRANSFER)
        new = PlacePurchase(commune_id=commune_id, client_key=random_key(), buyer=buyer, orders=(order,), cart_id=None)
        with transaction() as session:
            placed = actions.check_out(session, GUEST, new, clock=clock.now)
            accept_as_shown(session, GUEST, placed.order_ids[0], clock=clock.now)
        found.append((feeds[at % STALLS], placed.order_ids[0], at))
    codes = dict(reading().execute(select(Order.id, Order.code)).all())
    return feeds, [(feed, codes[order_id], at) for feed, order_id, at in found]


# --- what goes on -----------------------------------------------------------------------------------------------------


def _browsed(port: int, requests: Sequence[bytes], seconds: float) -> list[float | None]:
    """So many pages a second, each asked for at its moment; how long each took from then on."""
    begun = time.perf_counter()

    def ask(at: int) -> float | None:
        due = begun + at / PAGES_A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        took = seconds_of(port, requests[at % len(requests)], or_busy=True)
        return None if took is None else time.perf_counter() - due

    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(ask, range(int(seconds * PAGES_A_SECOND))))


def _sent(port: int, calls: Sequence[_Call]) -> tuple[list[float], float]:
    """Each at its moment, sent again where it was not kept, as a bank does; how long each took that was, and how much
    later than planned the last one was answered."""
    begun = time.perf_counter()

    def send(at: int) -> float | None:
        time.sleep(max(0.0, begun + at / A_SECOND - time.perf_counter()))
        one, started = calls[at], time.perf_counter()
        sent = one.feed.bank.send(one.number, one.amount, one.memo, clock.now())
        for _ in range(3):
            if _is_kept(port, one.feed.path, sent.body, dict(sent.headers)):
                return time.perf_counter() - started
        return None

    with ThreadPoolExecutor(SENDERS) as senders:
        took = list(senders.map(send, range(len(calls))))
    return [one for one in took if one is not None], max(0.0, time.perf_counter() - begun - SECONDS)


def _is_kept(port: int, path: str, body: bytes, headers: dict[str, str]) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status == 200 and json.loads(answer.read())["success"] is True
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


# --- what is there afterwards -----------------------------------------------------------------------------------------


def _counted(database: str, calls: Sequence[_Call]) -> Iterator[Figure]:
    session, told = reading(), {(one.feed.path, one.number): one for one in calls}
    session.expire_all()
    own = select(BankConnection.id).where(BankConnection.key.startswith("hook-"))
    kept = session.scalars(select(BankCredit.id).where(BankCredit.connection_id.in_(own))).all()
    by_order: dict[str, int] = {}
    for one in told.values():
        if one.memo != SUPPLIERS:
            by_order[one.memo] = by_order.get(one.memo, 0) + one.amount
    request = Order.id == PaymentRequest.order_id
    received = dict(session.execute(select(Order.code, PaymentRequest.received).join(Order, request)).all())
    wrong = sum(received[code] != amount for code, amount in by_order.items())
    allocated = session.scalar(select(func.sum(Allocation.amount)).where(Allocation.credit_id.in_(kept))) or 0
    yield promised(at_most(f"{database} notices lost or doubled", abs(len(kept) - len(told)), "", 0))
    yield promised(at_most(f"{database} orders with other money than theirs", wrong, "", 0))
    yield promised(at_most(f"{database} money on no order or on two", abs(allocated - sum(by_order.values())), "đ", 0))
