"""A village of many random businesses, written straight into the tables: for counting it twice."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import BuyerCall, DeclaredSale, EvidenceReview, PlatformAccount
from market.adoption.rules import CallCause, CallOutcome, ReviewWay, Verdict
from market.base.db import Base
from market.base.secrets import vault
from market.orders.models import Contact, Order, Purchase
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.payments.models import Allocation, AllocationKind, BankCredit, CardAccount, CardPayment, PaymentRequest
from market.places.models import DatedFact
from market.sellers.models import (
    BankAccount,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    ClaimState,
    HolderRelation,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.codes import ALPHABET
from market.values.money import Dong
from market.values.period import day_start
from market.values.phone import Phone
from tests.adoption.entered import enter_ledger
from tests.cast import Cast

FIRST = 100_000
"""The first village's own ids begin here, above those of the cast."""
PEOPLE = 400
Rows = list[dict[str, object]]


class Village:
    """Draws the rows; the same village for the same seed. `first`: its own ids begin there, a multiple of FIRST."""

    def __init__(
        self, cast: Cast, today: date, *, businesses: int, orders: int, seed: int = 20261124, first: int = FIRST
    ) -> None:
        self.chance, self.first, self.mark = Random(seed), first, ALPHABET[first // FIRST - 1]
        self.cast, self.today = cast, today
        self.size, self.order_count = businesses, orders
        self.rows: dict[type[Base], Rows] = {}
        self.card_accounts: dict[int, int] = {}

    def enter(self, session: Session) -> None:
        self._people()
        self._businesses()
        self._orders()
        self._numbers()
        parents_first = Base.metadata.sorted_tables
        for table in sorted(self.rows, key=lambda table: parents_first.index(table.__table__)):
            session.execute(insert(table), self.rows[table])
        enter_ledger(session, self.cast.commune)

    def _add(self, table: type[Base], **values: object) -> int:
        rows = self.rows.setdefault(table, [])
        number = self.first + len(rows)
        commune = {"commune_id": self.cast.commune} if "commune_id" in table.__table__.columns else {}
        rows.append({"id": number} | commune | values)
        return number

    def _day(self, back: int) -> date:
        return self.today - timedelta(days=self.chance.randint(1, back))

    def _moment(self, back: int) -> datetime:
        return day_start(self._day(back)) + timedelta(minutes=self.chance.randint(0, 60 * 24 - 1))

    def _people(self) -> None:
        start = datetime(2025, 7, 1, tzinfo=UTC)
        for number in range(PEOPLE):
            phone = Phone(f"0900 {number // 1000 + 100:03d} {number % 1000:03d}")
            person = self._add(
                Person,
                commune_id=self.cast.commune,
                name=f"Người {number}",
                phone=phone,
                is_demo=False,
                created_at=start,
            )
            if number % 3 == 0:
                self._add(
                    LoginSession,
                    key_hash=f"key {self.first + number}",
                    person_id=person,
                    device="máy",
                    visitor=f"device {number}",
                    created_at=start,
                    seen_at=start,
                    expires_at=start,
                )
        for number, hamlet in ((0, None), (1, self.cast.nghia_dung), (2, self.cast.mo_doan)):
            self._add(
                Post,
                commune_id=self.cast.commune,
                person_id=self.first + number,
                role=PostRole.HELPER if hamlet else PostRole.OFFICER,
                hamlet_id=hamlet,
                starts_on=self._day(400),
                ends_on=None if number else self.today,
            )

    def _businesses(self) -> None:
        chance = self.chance
        for number in range(self.size):
            business = self._add(
                Business,
                commune_id=self.cast.commune,
                hamlet_id=chance.choice((self.cast.nghia_dung, self.cast.mo_doan)),
                kind=chance.choice(list(BusinessKind)[:4]),
                status=BusinessStatus.ACTIVE,
                name=f"Cơ sở {number}",
                folded=f"co so {number}",
                phone=self._phone() if chance.random() < 0.5 else None,
                created_at=datetime(2025, 7, 1, tzinfo=UTC),
                updated_at=datetime(2025, 7, 1, tzinfo=UTC),
            )
            for _ in range(chance.choice((1, 1, 2, 3))):
                self._add(
                    BusinessHistory,
                    business_id=business,
                    kind=chance.choice(
                        (BusinessKind.HOUSEHOLD_BUSINESS, BusinessKind.COOPERATIVE, BusinessKind.FARM_HOUSEHOLD)
                    ),
                    status=chance.choice([BusinessStatus.ACTIVE] * 4 + [BusinessStatus.SUSPENDED]),
                    hamlet_id=chance.choice((self.cast.nghia_dung, self.cast.mo_doan)),
                    valid_from=self._day(500),
                    recorded_at=self._moment(500),
                    source="sổ",
                )
            self._stands_behind(business, number)

    def _stands_behind(self, business: int, number: int) -> None:
        chance = self.chance
        if chance.random() < 0.6:
            self._add(
                BusinessMember,
                business_id=business,
                person_id=self.first + chance.randrange(PEOPLE),
                state=chance.choice((ClaimState.CONFIRMED, ClaimState.PENDING)),
                claimed_at=self._moment(400),
            )
        self._add(
            Stall,
            commune_id=self.cast.commune,
            business_id=business,
            slug=f"co-so-{number}",
            name=f"Cơ sở {number}",
            state=chance.choice([StallState.OPEN] * 8 + [StallState.PAUSED, StallState.CLOSED]),
            opened_at=self._moment(500),
        )
        if chance.random() < 0.7:
            ended = self._moment(200) if chance.random() < 0.1 else None
            self._add(
                Verification,
                business_id=business,
                state=VerificationState.REVOKED if ended else VerificationState.VERIFIED,
                full_name="Chủ",
                paper="CCCD",
                verified_by=self.cast.hung,
                verified_at=self._moment(500),
                ended_at=ended,
            )
        if chance.random() < 0.2:
            checked = self._moment(300) if chance.random() < 0.7 else None
            self._add(
                PlatformAccount,
                business_id=business,
                platform="shopee",
                shop="shop",
                declared_at=self._moment(400),
                checked_at=checked,
            )
        if chance.random() < 0.3:
            number = f"account {chance.randrange(60)}"
            self._add(
                BankAccount,
                business_id=business,
                bin="970436",
                number_cipher=vault().encrypt(number),
                number_digest=number,
                number_last4="0000",
                holder="CHU",
                relation=HolderRelation.SELF,
                created_at=self._moment(400),
            )
        if chance.random() < 0.1:
            sold = {"platform": "tiktok", "sold_on": self._day(500), "declared_by": self.cast.hung}
            self._add(DeclaredSale, business_id=business, declared_at=self._moment(500), **sold)

    def _phone(self) -> Phone:
        number = self.chance.randrange(PEOPLE * 2)
        return Phone(f"0900 {number // 1000 + 100:03d} {number % 1000:03d}")

    def _orders(self) -> None:
        for number in range(self.order_count):
            self._order(number, self.first + self.chance.randrange(self.size))
        self.number = self.order_count
        owners = {row["business_id"]: row["person_id"] for row in self.rows[BusinessMember] if _is_confirmed(row)}
        circle = list(owners)[:5]
        for seller, buyer in zip(circle, [*circle[1:], circle[0]], strict=True):
            self._plant(seller, 30, person_id=owners[buyer])
        for _ in range(3):
            self._plant(self.first, 20)
        seller, owner = next((one, who) for one, who in owners.items() if (who - self.first) % 3 == 0)
        self._plant(seller, 20, device=f"device {owner - self.first}")
        self._plant(seller, 20, phone=next(row["phone"] for row in self.rows[Person] if row["id"] == owner))
        self._plant(seller, 1, person_id=self.first, device="device 0")
        self._plant_regular(self.first + self.size - 1, self.first + self.size - 2, self.first + self.size - 3)

    def _plant_regular(self, first: int, second: int, third: int) -> None:
        """Two buyers whom the office called at each of two businesses, and one who buys there and at a third."""
        asked = {"cause": CallCause.SAMPLE, "outcome": CallOutcome.CONFIRMED, "note": "", "called_by": self.cast.hung}
        for number, business in enumerate((first, first, second, second)):
            order = self._plant(business, 50, phone=Phone(f"0900 999 00{number}"), device=f"browser {number}")
            at = day_start(self.today - timedelta(days=40))
            self._add(BuyerCall, commune_id=self.cast.commune, order_id=order, called_at=at, **asked)
        for business, back in ((first, 90), (second, 60), (third, 20)):
            self._plant(business, back, phone=Phone("0900 999 009"), device="browser 9")

    def _plant(self, business: int, back: int, **buyer: object) -> int:
        self.number += 1
        return self._order(self.number, business, on=day_start(self.today - timedelta(days=back)), **buyer)

    def _order(self, number: int, business: int, *, on: datetime | None = None, **buyer: object) -> int:
        """`on`: one of those planted, handed over with the code, for 12,000 đồng."""
        chance = self.chance
        contact = self._add(
            Contact,
            commune_id=self.cast.commune,
            **{
                "person_id": self.first + chance.randrange(PEOPLE) if chance.random() < 0.3 else None,
                "name": "Người mua",
                "phone": self._phone(),
                "device": f"device {chance.randrange(PEOPLE)}" if chance.random() < 0.3 else None,
                "erased_at": self._moment(30) if chance.random() < 0.02 and not on else None,
            }
            | buyer,
        )
        at, is_completed = on or self._moment(800), on is not None or chance.random() < 0.8
        total = Dong(12_000 if on else chance.choice((5_000, 9_999, 10_000, 50_000, 200_000)))
        digits = "".join(ALPHABET[number // 32**place % 32] for place in range(6))
        purchase = self._add(
            Purchase,
            commune_id=self.cast.commune,
            code=f"BN{digits}{self.mark}",
            contact_id=contact,
            client_key=f"v{self.first + number}",
            placed_at=at,
        )
        order = self._add(
            Order,
            commune_id=self.cast.commune,
            purchase_id=purchase,
            stall_id=business,
            business_id=business,
            code=f"DS{digits}{self.mark}",
            status=OrderStatus.DELIVERED
            if is_completed
            else chance.choice((OrderStatus.CANCELLED, OrderStatus.ACCEPTED)),
            pay_choice=PayChoice.ON_RECEIPT,
            delivery=Delivery.PICKUP_POINT,
            goods_total=total,
            total=total,
            placed_at=at,
            placed_on=_local(at),
            completed_at=at if is_completed else None,
            completed_on=_local(at) if is_completed else None,
            buyer_confirmed_at=at if on or (is_completed and chance.random() < 0.4) else None,
        )
        if on:
            return order
        self._money(order, business, total, at)
        if is_completed and chance.random() < 0.9:
            self._calls(order)
        if is_completed and chance.random() < 0.1:
            for _ in range(chance.choice((1, 1, 2))):
                said = {"verdict": chance.choice(list(Verdict)), "way": chance.choice(list(ReviewWay))}
                verdict = said | {"reason": "đã hỏi", "reviewed_at": self._moment(60)}
                self._add(EvidenceReview, order_id=order, reviewed_by=self.cast.hung, **verdict)
        return order

    def _calls(self, order: int) -> None:
        """Calls to the buyer: mostly answered, at times in vain three days running."""
        drawn = self.chance.random()
        outcome = CallOutcome.CONFIRMED if drawn < 0.8 else self.chance.choice(list(CallOutcome))
        called = {"order_id": order, "cause": self.chance.choice(list(CallCause)), "outcome": outcome, "note": ""}
        day = self._moment(600)
        for distance in range(3 if outcome is CallOutcome.NO_ANSWER else 1):
            at = day - timedelta(days=distance)
            self._add(BuyerCall, commune_id=self.cast.commune, called_by=self.cast.hung, called_at=at, **called)

    def _money(self, order: int, business: int, total: Dong, at: datetime) -> None:
        request = self._add(
            PaymentRequest, order_id=order, stall_id=business, amount=total, received=Dong(0), created_at=at
        )
        drawn = self.chance.random()
        if drawn < 0.06:
            self._card(request, business, total, at)
        if drawn < 0.5:
            return
        amount = Dong(self.chance.choice((1, int(total), int(total))))
        credit = self._add(
            BankCredit,
            connection_id=1,
            stall_id=business,
            provider_txn_id=f"t{order}",
            amount=amount,
            memo="",
            bank_ref="",
            occurred_at=at,
            received_at=at,
            raw_cipher="",
        )
        put = {"request_id": request, "stall_id": business, "credit_id": credit, "kind": AllocationKind.BANK}
        allocation = self._add(Allocation, **put, amount=amount, undoes_id=None, at=at)
        if self.chance.random() < 0.1:
            self._add(Allocation, **put, amount=-amount, undoes_id=allocation, at=at)

    def _card(self, request: int, business: int, total: Dong, at: datetime) -> None:
        """A card charged at the gateway, for all of it or for one đồng."""
        if business not in self.card_accounts:
            keys = {"key": f"card {business}", "secret_cipher": "", "hook_secret_cipher": "", "created_at": at}
            self.card_accounts[business] = self._add(CardAccount, stall_id=business, **keys)
        amount = Dong(self.chance.choice((1, int(total), int(total))))
        payment = self._add(
            CardPayment,
            card_account_id=self.card_accounts[business],
            request_id=request,
            amount=amount,
            received=amount,
            created_at=at,
            expires_at=at,
            closed_at=at,
        )
        put = {"request_id": request, "stall_id": business, "card_payment_id": payment, "kind": AllocationKind.CARD}
        self._add(Allocation, **put, amount=amount, undoes_id=None, at=at)

    def _numbers(self) -> None:
        for key, value in (("kpi.lowest_order", 10_000), ("kpi.one_buyer_most", 1), ("kpi.last_days", 3)):
            self._add(
                DatedFact,
                commune_id=self.cast.commune,
                key=key,
                value=str(value),
                valid_from=date(2025, 1, 1),
                valid_to=None,
                source="quy ước",
            )


def _is_confirmed(member: dict[str, object]) -> bool:
    return member["state"] is ClaimState.CONFIRMED


def _local(moment: datetime) -> date:
    return (moment + timedelta(hours=7)).date()
