"""A way for notices to leave the market is one folder: a pretended one is used as soon as it is registered."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import market
from market import cli
from market.accounts.models import Person
from market.app import CHECKERS
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.doctor import Finding, examine
from market.base.errors import OutsideError
from market.base.jobs import Job, work_once
from market.base.jobs.queue import forget_done
from market.base.ports import SettingField
from market.notices import checks as notices_checks
from market.notices.actions import Message, enqueue_notifications
from market.notices.models import Notice
from market.notices.ports import Address, Addressee, Destination, Receiver
from market.notices.rules import OrderNews, may_leave
from market.notices.senders import SENDERS
from market.orders.queries.keys import answer_key
from market.orders.rules import PayChoice
from market.sellers.models import BusinessMember, ClaimState, MemberRole
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.notices.ways import LIMITS, Loudspeaker, ends, in_this_process, jobs, message, reaches, tell, work
from tests.payments.steps import buy
from tests.queries import counting
from tests.registries import only

database_url = database_by_day_on("sqlite")


def test_each_notice_is_sent_once_to_those_whom_the_way_reaches(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    told = [message("a", business=cast.lan.business), message("b", person=cast.mai)]
    tell(now, *told, message("c", business=cast.tu.business), message("d", person=cast.stranger))
    assert loud.told == [], "nothing is called while the market writes"

    work()
    assert [(sentence, to.addressee.business_id, to.person_id) for sentence, to in loud.told] == [
        ("Tin a.", cast.lan.business, cast.lan.person),
        ("Tin b.", None, cast.mai),
    ]
    assert reaches() == ["da_gui", "da_gui", "chua_gui_duoc", "chua_gui_duoc"]
    tell(now, *told)
    assert work() == 0


def test_each_of_a_business_s_people_is_told(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        of = {"role": MemberRole.STAFF, "state": ClaimState.CONFIRMED, "claimed_at": now()}
        session.add(BusinessMember(business_id=cast.lan.business, person_id=cast.stranger, **of))
    tell(now, message("a", business=cast.lan.business))
    work()
    assert [to.person_id for _, to in loud.told] == [cast.lan.person, cast.stranger]
    assert len(set(loud.tried)) == 2, "each has a key of their own"


def test_another_communes_people_are_not_reached(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        commune = make.make_commune(session, code="30011", name="xã Tứ Kỳ", letters="TK", host="tk.test")
        namesake = make.make_person(session, commune, "Vũ Thị Mai", "0900 300 021", now()).id
        hamlet = make.make_hamlet(session, commune, "thôn Nghĩa Dũng")
        business = make.make_business(session, hamlet, "Rau bà Lan", now()).id
        far = commune.id
    theirs = message("a", business=business, commune=far), message("b", person=namesake, commune=far)
    tell(now, *theirs, message("c", person=cast.mai))
    work()
    assert [to.person_id for _, to in loud.told] == [cast.mai]


def test_what_was_told_is_not_sent_again_after_its_job_is_forgotten(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    told = message("a", business=cast.lan.business)
    tell(now, told)
    work()
    now.move(days=8)
    forget_done()
    tell(now, told)
    work()
    assert jobs() == []
    assert len(loud.tried) == 1


def test_a_notice_that_is_not_kept_is_not_sent(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        enqueue_notifications(session, [message("a", business=cast.lan.business)], now=now())
        raise ZeroDivisionError
    assert work() == 0
    assert reading().scalars(select(Notice.id)).all() == []


def test_no_other_kind_leaves_the_market_than_those_that_are_named(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    """Advertising never goes this way."""
    of = {"commune_id": cast.commune, "person_id": cast.mai, "sentence": "Khuyến mãi!"}
    for at, kind in enumerate(("quang_cao", "khuyen_mai", "DON_MOI", "thu2", "", "don_moi ")):
        tell(now, Message(dedupe_key=f"ad:{at}", kind=kind, **of))
    tell(now, message("a", person=cast.mai), Message(dedupe_key="among", kind="quang_cao", **of))
    work()
    assert [sentence for sentence, _ in loud.told] == ["Tin a."]
    assert len(reading().scalars(select(Notice.id)).all()) == 8, "the others are read in the market alone"


def test_every_kind_that_orders_and_money_tell_of_is_named_or_new() -> None:
    """A kind that nobody named stays in the market: the person who adds one says in `rules` whether it leaves."""
    kinds = set[str]()
    for path in (Path(market.__file__).parent / "orders", Path(market.__file__).parent / "payments"):
        for file in path.rglob("*.py"):
            text = file.read_text()
            kinds |= set(re.findall(r'tell_(?:buyer|seller)\(\s*session, (?:order\.)?row, "(\w+)"', text))
            kinds |= set(re.findall(r'\("\w+", [\w.\[\]-]+, f?"(\w+)', text))
            kinds |= set(re.findall(r'\(f?"(\w+)(?::\{[\w.]+\})?", sentence\)', text))
            kinds |= {OrderNews[name].value for name in re.findall(r"\bOrderNews\.(\w+)", text)}
    assert len(kinds) >= 20, "the search still finds them"
    assert {one for one in kinds if not may_leave(one)} == set()


def test_an_order_is_told_to_its_seller_alone(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), accepted=False)
    buy(cast, now(), variant=cast.gao_nep, amount=1000, pay=PayChoice.ON_RECEIPT, accepted=False)
    work()
    [(sentence, to)] = loud.told
    assert order.code in sentence
    assert (to.addressee.business_id, to.addressee.order_id) == (cast.lan.business, order.id)


def test_an_order_that_was_answered_meanwhile_is_told_nobody(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    buy(cast, now(), accepted=True)
    work()
    assert [sentence for sentence, to in loud.told if to.addressee.business_id] == []


@pytest.fixture
def texting(loud: Loudspeaker) -> Loudspeaker:
    loud.address = Address.PHONE
    return loud


def test_a_way_that_calls_people_is_given_their_numbers_and_the_whole_link(
    texting: Loudspeaker, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), accepted=False)
    work()
    [(link, phones, email)] = texting.letters
    signed = f"http://cho.test/tra-loi/{order.code}/{answer_key(order.code)}"
    assert (link, phones, email) == (signed, (Phone("0900 000 011"),), None)
    assert client.get(link).status_code == 200, "her people answer it without signing in"


NOBODY = Addressee(business_id=None, person_id=None, order_id=None, purchase_id=None)
CLOCKS = ("created", "msecs", "relativeCreated", "thread", "process")
"""Of a log's record what may have any digits: its clocks, and who wrote it."""


def test_a_number_is_in_no_job_and_in_no_line_of_the_log(
    texting: Loudspeaker, caplog: pytest.LogCaptureFixture, cast: Cast, now: Clock
) -> None:
    texting.keys = True
    said = "no +84900000011, 0900 000 011, lan900@thu.test"
    texting.faults += [ValueError("0900000011 is odd"), OutsideError(said, permanent=False)]
    tell(now, message("a", business=cast.lan.business))
    work()
    now.move(minutes=1)
    work()
    assert {tuple(job.payload) for job in jobs()} == {("delivery_id",)}
    told = [
        {name: value for name, value in vars(record).items() if name not in CLOCKS}
        for record in caplog.records
        if record.name.startswith("market")
    ]
    assert [one["fault"].partition(":")[0] for one in told] == ["ValueError ways.py", "no …, …, …"]
    kept = f"{[(job.payload, job.error) for job in jobs()]} {told}"
    assert "0000" not in kept
    assert "900" not in kept
    known = Receiver(
        commune_id=1, addressee=NOBODY, person_id=None, phones=(Phone("0900 000 011"),), email="lan900@thu.test"
    )
    assert "900" not in repr(known) + repr(Destination(recipient=known, phones=known.phones, email=known.email))


def test_those_who_left_no_number_are_not_called(texting: Loudspeaker, cast: Cast, now: Clock) -> None:
    texting.businesses = (cast.theu,)
    with transaction() as session:
        of = {"role": MemberRole.OWNER, "state": ClaimState.CONFIRMED, "claimed_at": now()}
        session.add(BusinessMember(business_id=cast.theu, person_id=cast.stranger, **of))
        session.get_one(Person, cast.stranger).phone = None
    tell(now, message("a", business=cast.theu))
    work()
    assert (texting.tried, ends(), reaches()) == ([], [("loa", "bo_qua", "khong_co_noi_nhan")], ["chua_gui_duoc"])


def test_a_way_that_calls_nobody_is_given_no_number(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", business=cast.lan.business))
    work()
    assert loud.letters == [("http://cho.test/ban-hang", (), None)]
    [(_, to)] = loud.told
    assert (to.phones, to.email) == ((), None)


def test_who_was_erased_meanwhile_is_not_sent_to(texting: Loudspeaker, cast: Cast, now: Clock) -> None:
    tell(now, message("a", person=cast.mai))
    assert work_once(in_this_process()), "the way is planned"
    with transaction() as session:
        session.get_one(Person, cast.mai).erased_at = now()
    work()
    assert (texting.tried, ends(), reaches()) == ([], [("loa", "bo_qua", "khong_con_can")], ["khong_can"])


def test_the_worker_knows_the_jobs_of_every_sender(loud: Loudspeaker) -> None:
    handler = runpy.run_path(str(cli.__file__))["HANDLERS"]["send_notice:loa"]
    assert (handler.limit, handler.threads) == (LIMITS.most_time, LIMITS.at_once)
    assert handler.runs_apart, "a gateway that drips its answer is ended"


def test_without_a_sender_a_notice_costs_one_statement_and_no_job(cast: Cast, now: Clock) -> None:
    with counting() as seen:
        tell(now, message("a", business=cast.lan.business), message("b", person=cast.mai))
    assert len(seen) == 1, seen
    assert reading().scalars(select(Job.id)).all() == []


def test_with_senders_it_costs_two_however_many_they_are(loud: Loudspeaker, cast: Cast, now: Clock) -> None:
    other = Loudspeaker(name="trong", businesses=(cast.lan.business,))
    with only(SENDERS, loud, other), counting() as seen:
        tell(now, message("a", business=cast.lan.business), message("b", person=cast.mai))
    assert len([one for one in seen if not one.startswith("NOTIFY")]) == 2, seen


TOKEN = SettingField(name="token", label="Mã loa", called="mã loa", hint="Hỏi nhà đài.", least=6)
SHOP = SettingField(name="dai", label="Mã đài", called="mã đài", hint="Trên máy.", least=2)


@pytest.fixture
def asking(loud: Loudspeaker) -> Iterator[Loudspeaker]:
    """Asks for two things before it sends anything."""
    loud.name, loud.fields = "loa-thon", (TOKEN, SHOP)
    with only(SENDERS, loud):
        yield loud


def found() -> Finding:
    [one] = examine(notices_checks.checks(current_settings()))
    return one


@pytest.mark.parametrize("typed", ["", "ngan", "x" * 201])
def test_a_way_that_lacks_what_it_asks_for_sends_nothing_and_the_doctor_says_what(
    asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock, typed: str
) -> None:
    monkeypatch.setenv("CHOSO_LOA_THON_DAI", "DS")
    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", typed)
    tell(now, message("a", business=cast.lan.business))
    assert reading().scalars(select(Job.id)).all() == []
    assert (found().is_ok, found().says) == (False, "Chưa gửi qua Loa thôn: thiếu mã loa.")
    assert found().fix == "Đặt CHOSO_LOA_THON_TOKEN (từ 6 ký tự): Hỏi nhà đài."

    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", "ma-loa-1")
    assert found().is_ok
    tell(now, message("b", business=cast.lan.business))
    work()
    assert (len(asking.tried), asking.entered) == (1, {"token": "ma-loa-1", "dai": "DS"})


@pytest.mark.parametrize("typed", [None, "", "  "])
def test_a_way_that_nobody_set_up_sends_nothing_and_is_ok(
    asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch, cast: Cast, now: Clock, typed: str | None
) -> None:
    if typed is not None:
        monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", typed)
    assert (found().is_ok, found().says) == (True, "Không dùng Loa thôn để gửi tin báo.")
    tell(now, message("a", business=cast.lan.business))
    assert reading().scalars(select(Job.id)).all() == []


def test_one_wrong_thing_entered_is_no_way_left_unused(asking: Loudspeaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOSO_LOA_THON_TOKEN", "ngan")
    assert (found().is_ok, found().says) == (False, "Chưa gửi qua Loa thôn: thiếu mã loa, mã đài.")


def test_the_doctor_asks_about_senders() -> None:
    assert notices_checks in CHECKERS
