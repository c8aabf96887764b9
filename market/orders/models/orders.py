"""Carts, purchases and orders, with what was sold."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, false, func, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.catalog.models import Variant
from market.orders.rules import TIMED, Acceptance, Delivery, OrderSource, OrderStatus, PayChoice, held_as
from market.places.models import Hamlet, PickupPoint
from market.places.rules.hours import Slot
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.phone import Phone

COMPLETED = text("status = 'da_giao'")
UNANSWERED = text("status IN ('cho_nhan', 'da_nhan')")
NO_SHOW = text("no_show_at IS NOT NULL")
READY = text("status = 'san_sang'")
SLOTTED = text("slot_on IS NOT NULL")
ASKED = text("asked_until IS NOT NULL")


class Cart(Base):
    """What a visitor has picked; the cookie's random key is stored as its hash. `changes` counts, so that two states
    of a cart are never taken for one."""

    __tablename__ = "cart"

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    key_hash: Mapped[str] = mapped_column(unique=True)
    changes: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]

    lines: Mapped[list["CartLine"]] = relationship(order_by="CartLine.id")


class CartLine(Base):
    """An amount (thousandths of the unit) of one variant."""

    __tablename__ = "cart_line"
    __table_args__ = (UniqueConstraint("cart_id", "variant_id"), CheckConstraint("amount > 0", name="amount_positive"))

    id: Mapped[Id]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    amount: Mapped[int]

    variant: Mapped[Variant] = relationship()


class Contact(Base):
    """Who bought and where the goods go: a purchase's only personal data, so that it can be erased.

    `device` is the browser that ordered, for good; it opens the purchase until `device_forgotten_at`. `network` is the
    keyed hash of the internet address it ordered from, for as long as the order may hold goods without money.
    `person_id` ordered signed in. `attached_to_id` took a guest's purchase into their account later, who opens it
    since: it proves nothing of who bought. `note` was typed for all stalls at once, before each got an `OrderMessage`.
    `phone` is None where a stall wrote the order down and was told none.
    """

    __tablename__ = "contact"
    __table_args__ = (
        parent_by_commune("contact"),
        CheckConstraint("attached_to_id IS NULL OR person_id IS NULL", name="attached_was_a_guests"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    phone: Mapped[Phone | None] = mapped_column(index=True)
    address: Mapped[str | None]
    note: Mapped[str | None]
    device: Mapped[str | None] = mapped_column(index=True)
    device_forgotten_at: Mapped[datetime | None]
    network: Mapped[str | None] = mapped_column(index=True)
    attached_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    erased_at: Mapped[datetime | None]

    @property
    def holder_id(self) -> int | None:
        """Whose account holds the purchase: who placed it signed in, or took it in since."""
        return self.person_id if self.person_id is not None else self.attached_to_id

    @property
    def open_on(self) -> str | None:
        """The device that still opens the purchase."""
        return None if self.device_forgotten_at else self.device


HOLDER_ID: ColumnElement[int | None] = func.coalesce(Contact.person_id, Contact.attached_to_id)
"""`Contact.holder_id`, of a statement."""


class Purchase(Base):
    """One check-out ("biên nhận"): a code over the orders of all its stalls. Its total is a query."""

    __tablename__ = "purchase"
    __table_args__ = (
        of_same_commune("contact"),
        parent_by_commune("purchase"),
        UniqueConstraint("code", "commune_id"),
        UniqueConstraint("client_key", "commune_id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    code: Mapped[str]
    contact_id: Mapped[Ref] = mapped_column(index=True)
    client_key: Mapped[str]
    placed_at: Mapped[datetime]

    contact: Mapped[Contact] = relationship(primaryjoin="Purchase.contact_id == Contact.id")


class Order(Base):
    """One stall's part of a purchase. `placed_on` and `completed_on` are the local days that reports group by.

    `is_held`: whether goods were held for it, now or before it ended; an order that its stall must look at first holds
    none until it is accepted. `acceptance`: whether the buyer of an accepted transfer knows that it was (None: nobody
    waits for that), and since when; its clock runs from then. `arrived_at`, `fetched_at`: when the keeper of its pickup
    point wrote down that its goods came, and that they were handed to its buyer.

    `changes`: how often other lines were asked for or taken off; each is a number of its `line_change` rows.
    `asked_until`: until when the buyer may answer the newest of them; None: nobody is asked. While it is asked no other
    clock runs, and nobody can pay for it, pack it or hand it over.
    `hamlet_id`: the hamlet of the house to which it is brought (None: it is not, or was placed before that was asked).
    `pays_carrier`: who fetches it from the bus pays the bus; `delivery_fee` is then nothing.
    `fetch_by`: when what stands ready at a place is to be fetched at the latest, as its buyer was told. `no_show_at`:
    when the stall wrote that they did not come, which ended it; `was_there_at`: when they said that they did.
    `to_weigh`: how many of its lines are sold by weight and not weighed yet; until then it is not packed, handed over
    or paid. `deposit`: what of it is paid before its goods are kept (0: nothing), by the terms of `deposit_terms`;
    `deposit_kept`: what of that is the stall's where nobody comes. Frozen as its buyer read them.
    `slot_on`, `slot_begins`, `slot_ends`: the opening of its pickup point in which its buyer fetches it, a day and
    minutes of it, frozen as they were chosen. `slot_off_at`: when its stall chose another, or the point's office closed
    that day, which leaves it none until its stall chooses: from then on the buyer may call it off, packed, paid or not.
    `source`: who wrote it; of one that its stall wrote no code of a buyer says anything.
    """

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("total = goods_total + delivery_fee - discount", name="total_adds_up"),
        CheckConstraint("goods_total >= 0 AND delivery_fee >= 0 AND discount >= 0 AND total >= 0", name="not_negative"),
        CheckConstraint("(status = 'da_giao') = (completed_on IS NOT NULL)", name="completed_has_a_day"),
        CheckConstraint(
            "(acceptance_known_at IS NOT NULL) = (acceptance IS NOT NULL AND acceptance <> 'chua_biet')",
            name="acceptance_known_has_a_time",
        ),
        CheckConstraint("changes >= 0", name="changes_not_negative"),
        CheckConstraint(
            "asked_until IS NULL OR (status = 'da_nhan' AND due_at IS NULL AND changes > 0)", name="asked_has_no_clock"
        ),
        CheckConstraint(
            "no_show_at IS NULL OR (status = 'da_huy' AND ready_at IS NOT NULL AND buyer_confirmed_at IS NULL)",
            name="no_show_was_ready",
        ),
        CheckConstraint("was_there_at IS NULL OR no_show_at IS NOT NULL", name="was_there_answers_a_no_show"),
        CheckConstraint(
            "NOT pays_carrier OR (delivery = 'xe_khach' AND delivery_fee = 0)", name="carrier_paid_by_buyer_asks_no_fee"
        ),
        CheckConstraint("hamlet_id IS NULL OR delivery = 'trong_xa'", name="hamlet_of_a_house"),
        of_same_commune("hamlet"),
        CheckConstraint(
            "to_weigh >= 0 AND (to_weigh = 0 OR status NOT IN ('san_sang', 'da_giao'))", name="weighed_before_packed"
        ),
        CheckConstraint("deposit >= 0 AND deposit_kept >= 0 AND deposit_kept <= deposit", name="deposit_kept_within"),
        CheckConstraint("(deposit > 0) = (deposit_terms IS NOT NULL)", name="deposit_has_terms"),
        CheckConstraint("deposit = 0 OR pay_choice = 'khi_nhan'", name="deposit_on_receipt"),
        CheckConstraint(
            "(slot_on IS NULL) = (slot_begins IS NULL) AND (slot_on IS NULL) = (slot_ends IS NULL) AND "
            "(slot_on IS NULL OR (slot_begins >= 0 AND slot_begins < slot_ends AND slot_ends <= 1440))",
            name="slot_whole",
        ),
        CheckConstraint("slot_on IS NULL OR pickup_point_id IS NOT NULL", name="slot_at_a_point"),
        CheckConstraint("source <> 'dien_thoai' OR buyer_confirmed_at IS NULL", name="by_phone_has_no_code"),
        Index(None, "stall_id", "status", "id"),
        Index(None, "stall_id", "placed_at"),
        Index(
            "ix_order_completed",
            "commune_id",
            "completed_on",
            "business_id",
            postgresql_where=COMPLETED,
            sqlite_where=COMPLETED,
        ),
        parent_by_commune("order"),
        UniqueConstraint("code", "commune_id"),
        Index(
            "ix_order_sold",
            "business_id",
            "completed_on",
            "id",
            "completed_at",
            "buyer_confirmed_at",
            "total",
            "purchase_id",
            postgresql_where=COMPLETED,
            sqlite_where=COMPLETED,
        ),
        Index("ix_order_no_show", "stall_id", postgresql_where=NO_SHOW, sqlite_where=NO_SHOW),
        Index("ix_order_clock", "due_at", postgresql_where=UNANSWERED, sqlite_where=UNANSWERED),
        Index("ix_order_asked", "asked_until", postgresql_where=ASKED, sqlite_where=ASKED),
        Index("ix_order_slot", "pickup_point_id", "slot_on", postgresql_where=SLOTTED, sqlite_where=SLOTTED),
        Index("ix_order_at_point", "pickup_point_id", "id", postgresql_where=READY, sqlite_where=READY),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    code: Mapped[str]
    source: Mapped[OrderSource] = mapped_column(default=OrderSource.MARKET, server_default=OrderSource.MARKET)
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.PLACED)
    pay_choice: Mapped[PayChoice]
    delivery: Mapped[Delivery]
    pickup_point_id: Mapped[int | None] = mapped_column(ForeignKey("pickup_point.id"))
    hamlet_id: Mapped[Ref | None] = mapped_column(index=True)
    pays_carrier: Mapped[bool] = mapped_column(default=False, server_default=false())
    goods_total: Mapped[Dong]
    delivery_fee: Mapped[Dong] = mapped_column(default=Dong(0))
    discount: Mapped[Dong] = mapped_column(default=Dong(0))
    total: Mapped[Dong]
    placed_at: Mapped[datetime]
    placed_on: Mapped[date]
    due_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    acceptance: Mapped[Acceptance | None]
    acceptance_known_at: Mapped[datetime | None]
    said_paid_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_on: Mapped[date | None]
    buyer_confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    fetch_by: Mapped[datetime | None]
    no_show_at: Mapped[datetime | None]
    was_there_at: Mapped[datetime | None]
    is_held: Mapped[bool] = mapped_column(default=True, server_default=true())
    changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    asked_until: Mapped[datetime | None]
    to_weigh: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    deposit: Mapped[Dong] = mapped_column(default=Dong(0), server_default=text("0"))
    deposit_kept: Mapped[Dong] = mapped_column(default=Dong(0), server_default=text("0"))
    deposit_terms: Mapped[int | None]
    slot_on: Mapped[date | None]
    slot_begins: Mapped[int | None]
    slot_ends: Mapped[int | None]
    slot_off_at: Mapped[datetime | None]

    purchase: Mapped[Purchase] = relationship()
    stall: Mapped[Stall] = relationship()
    pickup_point: Mapped[PickupPoint | None] = relationship()
    hamlet: Mapped[Hamlet | None] = relationship(primaryjoin="Order.hamlet_id == Hamlet.id")
    consignment: Mapped["Consignment | None"] = relationship(
        primaryjoin="Order.id == Consignment.order_id", foreign_keys="Consignment.order_id", viewonly=True
    )
    lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.id", primaryjoin="and_(Order.id == OrderLine.order_id, OrderLine.changed_at.is_(None))"
    )
    """The lines that stand: what it costs, what is held, packed and handed over for it."""

    @property
    def held_as(self) -> PayChoice:
        """By which of the two its unpaid goods are held now."""
        return held_as(self.pay_choice, to_weigh=self.to_weigh, deposit=self.deposit)

    @property
    def deposit_awaited(self) -> Dong:
        """What is to be paid before its goods are kept, in or not; once they are packed, all that is left is."""
        return self.deposit if self.status in TIMED else Dong(0)

    @property
    def slot(self) -> Slot | None:
        """When its buyer fetches it from its pickup point; None where no slot was chosen."""
        if self.slot_on is None or self.slot_begins is None or self.slot_ends is None:
            return None
        return Slot(self.slot_on, self.slot_begins, self.slot_ends)

    @property
    def has_slots(self) -> bool:
        """Whether a slot was chosen for it, though it may have lost it."""
        return self.slot_on is not None or self.slot_off_at is not None


class PickupSighting(Base):
    """That the keeper of a pickup point saw an order's buyer fetch it, who read out its hand-over code.

    `device` is the browser on which the keeper wrote it down.
    """

    __tablename__ = "pickup_sighting"
    __table_args__ = (of_same_commune("order"),)

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(unique=True)
    pickup_point_id: Mapped[int] = mapped_column(ForeignKey("pickup_point.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str]
    seen_at: Mapped[datetime]


class Consignment(Base):
    """By whom an order's goods went off: the bus or courier, its bill's number, whom to call on the way. Its stall says
    so, and may correct it."""

    __tablename__ = "consignment"
    __table_args__ = (of_same_commune("order"),)

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(unique=True)
    carrier: Mapped[str]
    bill_number: Mapped[str | None]
    driver_phone: Mapped[Phone | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class OrderLine(Base):
    """A line as it was sold, frozen: renaming or repricing the product later changes nothing here.

    Another amount of it is a line of its own, and this one stands no longer from then on (`changed_at`): who reads
    lines without their order asks `LINE_STANDS`. `weighed_within`: it is sold by what it weighs, which may be so many
    percent off; `estimate`: how much was ordered, of one that is weighed (NULL: not yet, or not sold so).
    """

    __tablename__ = "order_line"
    __table_args__ = (
        of_same_commune("order"),
        CheckConstraint("amount > 0 AND price > 0 AND line_total >= 0", name="positive"),
        CheckConstraint("line_total = (price * amount + 500) / 1000", name="total_is_price_times_amount"),
        CheckConstraint(
            "estimate IS NULL OR (weighed_within IS NOT NULL AND estimate > 0)", name="estimate_of_weighed"
        ),
        parent_by_commune("order_line"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("order")
    order_id: Mapped[Ref] = mapped_column(index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    product_name: Mapped[str]
    variant_label: Mapped[str]
    stall_name: Mapped[str]
    unit: Mapped[str]
    tax_group: Mapped[str | None]
    price: Mapped[Dong]
    amount: Mapped[int]
    line_total: Mapped[Dong]
    weighed_within: Mapped[int | None]
    estimate: Mapped[int | None]
    changed_at: Mapped[datetime | None]

    @property
    def is_to_weigh(self) -> bool:
        """Whether its amount is what was ordered, not yet what it weighs."""
        return self.weighed_within is not None and self.estimate is None


LINE_STANDS = OrderLine.changed_at.is_(None)
"""Whether a line is of what its order comes to, for statements; `Order.lines` are those."""
