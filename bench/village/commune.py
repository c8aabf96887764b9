"""The commune's rows: hamlets, officers, helpers, households, buyers and their orders, written straight."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection

from bench.village.people import Deal, End, Household, Human, Notice
from bench.village.rows import Rows, moment
from bench.village.trades import YEAR
from market.accounts.models import LoginSession, Person
from market.base.secrets import vault
from market.orders.models import Contact, Order, Purchase
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.payments.models import Allocation, AllocationKind, BankCredit, BankCreditCheck, PaymentRequest, Refund
from market.payments.queries import account_digest
from market.payments.rules.checks import CheckOutcome
from market.places.models import Commune as CommuneRow
from market.places.models import DatedFact, Hamlet, PickupPoint
from market.sellers.models import (
    ACCOUNT_DIGEST,
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    ClaimState,
    HolderRelation,
    Mandate,
    MandateMethod,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.codes import ALPHABET, check_character
from market.values.money import Dong
from market.values.phone import Phone

HAMLETS = 14
LETTERS = "MP"
STATUSES: Mapping[End, OrderStatus] = {
    "completed": OrderStatus.DELIVERED,
    "refunded": OrderStatus.DELIVERED,
    "cancelled": OrderStatus.CANCELLED,
    "open": OrderStatus.ACCEPTED,
}
NUMBERS: Mapping[str, int] = {"kpi.lowest_order": 10_000, "kpi.one_buyer_most": 3, "kpi.last_days": 3}
"""As in seeds/facts.csv."""


class Village:
    """Draws the commune; the same for the same seed. `today` is the cut-off, days are told backwards from it; `calls`:
    how many buyers the office calls a week; `vouched`: by business, the officer who is in on its scheme."""

    def __init__(self, seed: int, today: date, *, calls: int) -> None:
        self.dice = Random(seed)
        self.today = today
        self.rows = Rows()
        self.households: list[Household] = []
        self.deals: dict[int, tuple[Household, Deal]] = {}
        self.refused: set[int] = set()
        self.vouched: dict[int, Human] = {}
        self._humans = self._phones = self._devices = self._codes = 0
        self.commune = self.rows.add(CommuneRow, **_COMMUNE)
        self.hamlets = [self._hamlet(number) for number in range(HAMLETS)]
        self.keepers = [self._pickup(hamlet, number) for number, hamlet in enumerate(self.hamlets)]
        self.officers = [self._in_service(PostRole.OFFICER, None) for _ in range(3)]
        self.helpers = [self._in_service(PostRole.HELPER, hamlet) for hamlet in self.hamlets]
        for key, value in (*NUMBERS.items(), ("kpi.calls_per_week", calls)):
            self._fact(key, value)

    def write(self, connection: Connection) -> None:
        self.rows.write(connection)

    def day(self, back: int) -> date:
        return self.today - timedelta(days=back)

    # --- things -------------------------------------------------------------------------------------------------------

    def _hamlet(self, number: int) -> int:
        name = f"thôn {number + 1:02d}"
        return self.rows.add(
            Hamlet,
            commune_id=self.commune,
            name=name,
            slug=f"thon-{number + 1:02d}",
            sort_key=name,
            certainty="confirmed",
            is_active=True,
        )

    def _pickup(self, hamlet: int, number: int) -> int:
        return self.rows.add(
            PickupPoint,
            hamlet_id=hamlet,
            name=f"Nhà văn hóa thôn {number + 1}",
            keeper_name="Người giữ",
            keeper_phone=Phone.stored(self.phone()),
            opening_hours="7:00–18:00",
            is_active=True,
        )

    def _fact(self, key: str, value: int) -> None:
        since = self.day(2 * YEAR)
        self.rows.add(
            DatedFact,
            commune_id=self.commune,
            key=key,
            value=str(value),
            valid_from=since,
            valid_to=None,
            source="quy ước",
        )

    def phone(self) -> str:
        """A mobile number nobody has had yet."""
        self._phones += 1
        return f"+849{self._phones:08d}"

    def device(self) -> str:
        """A browser's random name."""
        self._devices += 1
        return f"browser-{self._devices:06d}"

    def _code(self) -> str:
        self._codes += 1
        body = "".join(ALPHABET[self._codes // 32**place % 32] for place in range(6))
        return body + check_character(body)

    # --- people -------------------------------------------------------------------------------------------------------

    def human(self, name: str, hamlet: int, *, phone: str | None = None, device: str | None = None) -> Human:
        """Somebody without an account, on a browser of their own unless it is given."""
        self._humans += 1
        return Human(
            number=self._humans,
            name=name,
            phone=phone or self.phone(),
            devices=[device or self.device()],
            hamlet=hamlet,
        )

    def signed_up(self, human: Human, *, days: int) -> Human:
        """Give somebody an account, made so many days ago on their usual browser."""
        at = moment(self.day(days), 8 * 60)
        human.person_id = self.rows.add(
            Person,
            commune_id=self.commune,
            name=human.name,
            phone=Phone.stored(human.phone),
            is_demo=False,
            created_at=at,
        )
        for device in human.devices[:1]:
            self.sign_in(human, device, days=days)
        return human

    def sign_in(self, human: Human, device: str, *, days: int) -> None:
        """A sign-in on a browser, which the market remembers for good."""
        at = moment(self.day(days), 8 * 60)
        self.rows.add(
            LoginSession,
            commune_id=self.commune,
            key_hash=f"key-{device}-{human.person_id}-{days}",
            person_id=human.person_id,
            device="Điện thoại Android",
            visitor=device,
            created_at=at,
            seen_at=at,
            expires_at=at + timedelta(days=180),
            ended_at=at + timedelta(days=180),
        )

    def _in_service(self, role: PostRole, hamlet: int | None) -> Human:
        human = self.signed_up(self.human("Người của xã", hamlet or self.hamlets[0]), days=YEAR)
        self.rows.add(
            Post,
            commune_id=self.commune,
            person_id=human.person_id,
            role=role,
            hamlet_id=hamlet,
            starts_on=self.day(YEAR),
            ends_on=None,
        )
        return human

    def household(self, owner: Human, trade: str, *, stall_days: int | None, register_days: int = 500) -> Household:
        """A verified household on the register; its stall was opened `stall_days` ago, or it has none (None)."""
        at = moment(self.day(register_days), 8 * 60)
        business = self.rows.add(
            Business,
            commune_id=self.commune,
            hamlet_id=owner.hamlet,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            status=BusinessStatus.ACTIVE,
            name=f"Hộ {owner.name}",
            folded=f"ho {owner.name}",
            owner_name=owner.name,
            phone=Phone.stored(owner.phone),
            created_at=at,
            updated_at=at,
        )
        self.rows.add(
            BusinessHistory,
            business_id=business,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            status=BusinessStatus.ACTIVE,
            hamlet_id=owner.hamlet,
            valid_from=self.day(register_days),
            recorded_at=at,
            source="sổ của xã",
        )
        made = Household(business=business, hamlet=owner.hamlet, owner=owner, trade=trade, stall_days=stall_days)
        if stall_days is not None:
            self._open(made, stall_days)
        self.households.append(made)
        return made

    def _open(self, household: Household, days: int) -> None:
        at, business = moment(self.day(days), 9 * 60), household.business
        self.member(household, household.owner, days=days)
        self.rows.add(
            Verification,
            business_id=business,
            state=VerificationState.VERIFIED,
            full_name=household.owner.name,
            paper="CCCD",
            verified_by=self.officers[0].person_id,
            verified_at=at,
        )
        self.rows.add(
            Stall,
            id=business,
            commune_id=self.commune,
            business_id=business,
            slug=f"gian-{business}",
            name=f"Gian {business}",
            state=StallState.OPEN,
            opened_at=at,
        )

    def member(self, household: Household, human: Human, *, days: int) -> None:
        at = moment(self.day(days), 9 * 60)
        self.rows.add(
            BusinessMember,
            business_id=household.business,
            person_id=human.person_id,
            state=ClaimState.CONFIRMED,
            claimed_at=at,
            decided_at=at,
            decided_by=self.officers[0].person_id,
        )

    def mandate(self, household: Household, helper: Human, *, days: int) -> None:
        """The household lets a helper act for it from so many days ago."""
        household.helper = helper
        self.rows.add(
            Mandate,
            business_id=household.business,
            helper_id=helper.person_id,
            granted_by="chủ hộ",
            method=MandateMethod.PAPER,
            paper="Giấy",
            starts_on=self.day(days),
            ends_on=self.day(days - YEAR),
            recorded_by=self.officers[0].person_id,
            recorded_at=moment(self.day(days), 9 * 60),
        )

    def bank_account(self, household: Household, *, days: int) -> None:
        """The household's account and a feed of notices about it."""
        at = moment(self.day(days), 9 * 60)
        household.owner.bank = household.owner.bank or f"account-{household.business}"
        account = self.rows.add(
            BankAccount,
            business_id=household.business,
            bin="970436",
            number_cipher=vault().encrypt(household.owner.bank),
            number_digest=vault().digest(ACCOUNT_DIGEST, household.owner.bank),
            number_last4="0000",
            holder="CHU HO",
            relation=HolderRelation.SELF,
            created_at=at,
        )
        household.connection = self.rows.add(
            BankConnection,
            bank_account_id=account,
            provider="sepay",
            key=f"key-{account}",
            secret_cipher="",
            created_at=at,
        )

    # --- orders -------------------------------------------------------------------------------------------------------

    def sell(self, household: Household, deal: Deal) -> int:
        """Write one order with its money; returns its id."""
        placed = moment(self.day(deal.days), deal.minutes)
        contact = self._contact(deal)
        purchase = self.rows.add(
            Purchase,
            commune_id=self.commune,
            code=f"BN{self._code()}",
            contact_id=contact,
            client_key=f"v{contact}",
            placed_at=placed,
        )
        done = deal.is_completed
        handed_over = min(placed + timedelta(hours=5), moment(self.day(deal.days), 24 * 60 - 1))
        order = self.rows.add(
            Order,
            commune_id=self.commune,
            purchase_id=purchase,
            stall_id=household.business,
            business_id=household.business,
            code=f"{LETTERS}{self._code()}",
            status=STATUSES[deal.end],
            pay_choice=PayChoice.TRANSFER if deal.notice else PayChoice.ON_RECEIPT,
            delivery=Delivery.PICKUP_POINT if deal.at_keeper else Delivery.IN_COMMUNE,
            pickup_point_id=self._keeper(household.hamlet) if deal.at_keeper else None,
            goods_total=Dong(deal.total),
            total=Dong(deal.total),
            placed_at=placed,
            placed_on=self.day(deal.days),
            completed_at=handed_over if done else None,
            completed_on=self.day(deal.days) if done else None,
            buyer_confirmed_at=handed_over if done and deal.code else None,
            accepted_at=placed,
            ended_at=handed_over if deal.end == "cancelled" else None,
        )
        self._money(household, deal, order)
        self.deals[order] = (household, deal)
        return order

    def _keeper(self, hamlet: int) -> int:
        return self.keepers[self.hamlets.index(hamlet)]

    def _contact(self, deal: Deal) -> int:
        buyer = deal.buyer
        return self.rows.add(
            Contact,
            commune_id=self.commune,
            person_id=buyer.person_id if deal.signed_in else None,
            name=buyer.name,
            phone=Phone.stored(buyer.phone),
            device=deal.device or (buyer.devices[0] if buyer.devices else self.device()),
        )

    def _money(self, household: Household, deal: Deal, order: int) -> None:
        at = moment(self.day(deal.days), deal.minutes + 20)
        paid = deal.notice is not None or deal.is_completed
        is_closed = deal.end in ("cancelled", "refunded")
        back = deal.total if deal.end == "refunded" else 0
        request = self.rows.add(
            PaymentRequest,
            commune_id=self.commune,
            order_id=order,
            stall_id=household.business,
            amount=Dong(deal.total),
            received=Dong(deal.total if paid else 0),
            refunded=Dong(back),
            owed_back=Dong(deal.total - back if is_closed and paid else 0),
            closed_at=at if is_closed else None,
            created_at=at,
        )
        if back:
            given = {"amount": Dong(back), "client_key": f"r{request}", "actor_id": household.owner.person_id}
            self.rows.add(Refund, request_id=request, at=at + timedelta(days=1), **given)
        if paid:
            self._allocate(household, deal, request)

    def _allocate(self, household: Household, deal: Deal, request: int) -> None:
        at = moment(self.day(deal.days), deal.minutes + 20)
        credit = self._credit(household, deal, deal.notice, request) if deal.notice else None
        self.rows.add(
            Allocation,
            commune_id=self.commune,
            request_id=request,
            stall_id=household.business,
            credit_id=credit,
            card_payment_id=None,
            kind=AllocationKind.BANK if credit else AllocationKind.SELLER,
            amount=Dong(deal.total),
            undoes_id=None,
            actor_id=None if credit else household.owner.person_id,
            at=at,
        )

    def _credit(self, household: Household, deal: Deal, notice: Notice, request: int) -> int:
        if household.connection is None:
            self.bank_account(household, days=deal.days + 1)
        at = moment(self.day(deal.days), deal.minutes + 20)
        credit = self.rows.add(
            BankCredit,
            commune_id=self.commune,
            connection_id=household.connection,
            stall_id=household.business,
            provider_txn_id=f"t{request}",
            amount=Dong(deal.total),
            allocated=Dong(deal.total),
            memo="",
            bank_ref=f"FT{request}",
            occurred_at=at,
            received_at=at,
            raw_cipher="",
        )
        if notice.is_confirmed:
            self._confirm(credit, deal, notice, at + timedelta(minutes=1))
        return credit

    def _confirm(self, credit: int, deal: Deal, notice: Notice, at: datetime) -> None:
        """The provider itself, asked, tells of the same transfer."""
        self.rows.add(
            BankCreditCheck,
            credit_id=credit,
            number=1,
            asked_at=at,
            outcome=CheckOutcome.CONFIRMED,
            differs=None,
            transaction_key=f"sepay:{credit}",
            amount=Dong(deal.total),
            payer_digest=account_digest(notice.payer) if notice.payer else None,
            payer_last4="0000" if notice.payer else None,
        )

    def draw(self, weights: Mapping[str, float]) -> str:
        """One of the names, by weight."""
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def shuffled(self, humans: Iterable[Human]) -> list[Human]:
        mixed = list(humans)
        self.dice.shuffle(mixed)
        return mixed


_COMMUNE: Mapping[str, object] = {
    "code": "90001",
    "name": "xã Mô Phỏng",
    "province_code": "31",
    "province_name": "thành phố Hải Phòng",
    "office_name": "Phòng Kinh tế xã Mô Phỏng",
    "office_phone": Phone("02203000000"),
    "letters": LETTERS,
    "mode": "ordering",
}
