"""Every table's rows are kept for as long as its rule says (growth.md 12: nothing was ever forgotten)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import CodePurpose, LoginSession, OneTimeCode
from market.base import batch
from market.base.audit import GUEST, Change, Event, record
from market.base.client_keys import ClientKey
from market.base.db import Base, db, reading, transaction
from market.base.retention import ORDERS_BY_LAW, Rule, in_force
from market.cli import PERIODIC_TASKS, RETENTION, forget_old
from market.notices.models import Notice
from market.orders.models import Cart, CartLine, Contact, Order, Purchase
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.payments.models import WebhookDelivery
from market.values.money import Dong
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.plans import asking, whole_scans

database_url = database_by_day_on("sqlite")

ERASED = ("(đã xóa)", "+84000000000", None, None, None)


def test_every_table_has_a_rule() -> None:
    """A new table says in its slice's `retention` how long its rows are kept and why."""
    assert sorted({rule.table for rule in RETENTION}) == sorted(Base.metadata.tables)
    assert [rule.table for rule in RETENTION if len(rule.says) < 10] == []


def test_a_rule_that_leaves_it_to_a_task_names_one() -> None:
    known = {task.name for task in PERIODIC_TASKS} | {"forget done jobs"}
    assert {rule.task for rule in RETENTION if rule.task} <= known


def test_nothing_is_forgotten_of_a_table_that_is_only_appended_to() -> None:
    """Its triggers would refuse it; a rule that tries is no rule."""
    with pytest.raises(ValueError, match="only appended to"):
        Rule(model=Event, says="nhật ký cũ", is_old=lambda now: Event.at < now)


def test_the_law_in_force_on_a_day_decides() -> None:
    old, new = ORDERS_BY_LAW
    assert in_force(ORDERS_BY_LAW, date(2026, 6, 30)) == old
    assert in_force(ORDERS_BY_LAW, date(2026, 7, 1)) == new
    assert new.days >= 3 * 365
    later = replace(new, days=5 * 365, valid_from=date(2030, 1, 1))
    assert in_force((*ORDERS_BY_LAW, later), date(2030, 1, 1)) == later


# --- what goes and what stays -----------------------------------------------------------------------------------------


def notice(commune: int, key: str, at: datetime, seen_at: datetime | None) -> Notice:
    said = {"kind": "order_placed", "sentence": "Có đơn mới."}
    return Notice(commune_id=commune, dedupe_key=key, created_at=at, seen_at=seen_at, **said)


def login(commune: int, person_id: int, key: str, at: datetime) -> LoginSession:
    return LoginSession(
        commune_id=commune,
        key_hash=key,
        person_id=person_id,
        device="máy",
        visitor=key,
        created_at=at,
        seen_at=at,
        expires_at=at,
    )


def add_order(session: Session, cast: Cast, code: str, at: datetime, status: OrderStatus) -> Contact:
    said = {"name": "Chị Mai", "address": "thôn", "note": "gọi trước", "device": f"d{code}"}
    contact = Contact(commune_id=cast.commune, phone=Phone("0912345678"), **said)
    session.add(contact)
    session.flush()
    purchase = Purchase(commune_id=cast.commune, code=f"BN{code}", contact_id=contact.id, client_key=code, placed_at=at)
    session.add(purchase)
    session.flush()
    is_done = status is OrderStatus.DELIVERED
    order = Order(
        commune_id=cast.commune,
        purchase_id=purchase.id,
        stall_id=cast.lan.stall,
        business_id=cast.lan.business,
        code=f"DS{code}",
        status=status,
        pay_choice=PayChoice.ON_RECEIPT,
        delivery=Delivery.IN_COMMUNE,
        goods_total=Dong(20_000),
        delivery_fee=Dong(0),
        discount=Dong(0),
        total=Dong(20_000),
        placed_at=at,
        placed_on=at.date(),
        completed_at=at if is_done else None,
        completed_on=at.date() if is_done else None,
    )
    session.add(order)
    return contact


def names(column: object, model: type[Base]) -> list[str]:
    return sorted(reading().scalars(select(column).select_from(model)))  # type: ignore[call-overload]


def test_what_has_had_its_time_goes_and_the_rest_stays(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows looked at one by one: the next begins behind the last."""
    monkeypatch.setattr(batch, "LOOKED_AT", 1)
    monkeypatch.setattr(batch, "REST_SECONDS", 0.0)

    def ago(days: float) -> datetime:
        return now() - timedelta(days=days)

    with transaction() as session:
        for key, at, seen in (("a", 91, 91), ("b", 100, 50), ("c", 200, None), ("d", 366, None), ("e", 89, 89)):
            session.add(notice(cast.commune, key, ago(at), None if seen is None else ago(seen)))
        for key, days in (("old", 181), ("older", 300), ("new", 179)):
            cart = Cart(commune_id=cast.commune, key_hash=key, changes=1, updated_at=ago(days))
            session.add_all([cart, ClientKey(scope="s", key=key, used_at=ago(days))])
            session.add(WebhookDelivery(provider="sepay", at=ago(days), is_signed=True, status=200, note=key))
            session.flush()
            session.add(CartLine(cart_id=cart.id, variant_id=cast.rau_muong, amount=1000))
        for person, key, days in (
            (cast.mai, "buyer long ago", 731),
            (cast.mai, "buyer of late", 729),
            (cast.lan.person, "seller long ago", 2000),
            (cast.vy, "helper long ago", 2000),
            (cast.hung, "officer long ago", 2000),
        ):
            session.add(login(cast.commune, person, key, ago(days)))
        for digest, days in (("code long ago", 91), ("code of late", 89)):
            code = OneTimeCode(
                purpose=CodePurpose.GRANT_MANDATE, person_id=cast.mai, code_digest=digest, created_at=ago(days)
            )
            code.expires_at = ago(days)
            session.add(code)
        record(session, GUEST, Change(verb="look", subject="stall", subject_id=1), now=ago(5000))
    forgotten = forget_old(now())
    assert forgotten["notice"] == 2
    assert names(Notice.dedupe_key, Notice) == ["b", "c", "e"]
    assert names(Cart.key_hash, Cart) == names(ClientKey.key, ClientKey) == ["new"]
    assert reading().scalar(select(func.count()).select_from(CartLine)) == 1
    assert names(WebhookDelivery.note, WebhookDelivery) == ["new"]
    left = names(LoginSession.key_hash, LoginSession)
    assert "buyer long ago" not in left
    assert {"buyer of late", "seller long ago", "helper long ago", "officer long ago"} <= set(left)
    assert names(OneTimeCode.code_digest, OneTimeCode) == ["code of late"]
    assert reading().scalar(select(func.count()).where(Event.verb == "look")) == 1
    assert set(forget_old(now()).values()) == {0}


def test_a_buyer_is_forgotten_when_the_law_lets_go_and_the_order_stays(app: Flask, cast: Cast, now: Clock) -> None:
    then = now() - timedelta(days=3 * 365)
    with transaction() as session:
        gone = add_order(session, cast, "OLD", then - timedelta(days=1), OrderStatus.DELIVERED)
        open_still = add_order(session, cast, "OPEN", then - timedelta(days=1), OrderStatus.ACCEPTED)
        late = add_order(session, cast, "LATE", then + timedelta(days=1), OrderStatus.DELIVERED)
        again = add_order(session, cast, "TWICE", then - timedelta(days=1), OrderStatus.CANCELLED)
        newer = Purchase(commune_id=cast.commune, code="BNNEW", contact_id=again.id, client_key="n", placed_at=now())
        session.add(newer)
        kept = [open_still.id, late.id, again.id]
        gone_id = gone.id
    assert forget_old(now())["contact"] == 1
    columns = (Contact.name, Contact.phone, Contact.address, Contact.note, Contact.device)
    erased = reading().execute(select(*columns, Contact.erased_at).where(Contact.id == gone_id)).one()
    assert (*erased,) == (*ERASED, now())
    assert set(reading().scalars(select(Contact.name).where(Contact.id.in_(kept)))) == {"Chị Mai"}
    assert reading().scalar(select(func.count()).where(Order.code.startswith("DS"), Order.total == Dong(20_000))) == 4


def test_forgetting_asks_of_the_rows_that_it_looks_at_alone(app: Flask, cast: Cast, now: Clock) -> None:
    """As sets, what contacts have bought was read from end to end for each batch: seven minutes for 100,000 orders."""
    with transaction() as session:
        add_order(session, cast, "ANY", now(), OrderStatus.DELIVERED)
    with asking() as asked:
        forget_old(now())
    with db.engine.connect() as connection:
        for statement, values in asked.questions.items():
            scanned = {scan.table for scan in whole_scans(connection, statement, values)}
            assert (statement, scanned & set(Base.metadata.tables)) == (statement, set())


def add_old(change: Callable[[Session], object]) -> None:
    with transaction() as session:
        change(session)


def test_a_dry_run_says_what_would_go_and_why_and_changes_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    add_old(lambda session: session.add(notice(cast.commune, "a", now() - timedelta(days=400), None)))
    run = app.test_cli_runner().invoke
    told = run(args=["retention", "--dry-run", "--json"])
    assert (told.exit_code, told.stderr) == (0, "")
    said = {one["table"]: one for one in json.loads(told.stdout) if one["action"] != "việc định kỳ: forget networks"}
    assert said["notice"] | {"says": ""} == {
        "table": "notice",
        "action": "xóa dòng",
        "says": "",
        "source": "",
        "rows": 1,
        "forgotten": 0,
    }
    assert said["contact"]["action"].startswith("xóa trống cột name, phone")
    assert "122/2025" in said["order"]["source"]
    assert names(Notice.dedupe_key, Notice) == ["a"]
    assert "notice" in run(args=["retention", "--dry-run"]).stdout
    assert next(one for one in json.loads(run(args=["retention", "--json"]).stdout) if one["forgotten"])["rows"] == 1
    assert names(Notice.dedupe_key, Notice) == []


def test_the_doctor_says_what_nobody_has_forgotten(app: Flask, cast: Cast, now: Clock) -> None:
    def told() -> dict[str, object]:
        answer = json.loads(app.test_cli_runner().invoke(args=["doctor", "--json"]).stdout)
        return next(one for one in answer["findings"] if one["name"] == "retention")

    assert told()["is_well"] is True
    add_old(lambda session: session.add(notice(cast.commune, "a", now() - timedelta(days=366), None)))
    assert told()["is_well"] is True
    now.move(days=2)
    assert told()["is_well"] is False
    assert "Quá hạn giữ mà chưa xóa: notice" in str(told()["says"])
    forget_old(now())
    assert told()["is_well"] is True
