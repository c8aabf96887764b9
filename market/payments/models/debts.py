"""Mua chịu: a stall's own book of who owes it, which nobody else reads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id, Ref, communes_of, of_same_commune, parent_by_commune
from market.payments.rules.debts import DebtKind
from market.values.money import Dong
from market.values.phone import Phone


class Debtor(Base):
    """A regular of a stall who owes it, or owed it once. `key` tells them apart (`debtor_key`); it goes with the name.

    What they owe is a query: the rows that name no order, and what their orders still lack.
    """

    __tablename__ = "debtor"
    __table_args__ = (
        UniqueConstraint("stall_id", "key"),
        CheckConstraint("(key IS NULL) = (erased_at IS NOT NULL)", name="key_goes_with_the_name"),
        parent_by_commune("debtor"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    key: Mapped[str | None]
    name: Mapped[str]
    phone: Mapped[Phone | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class DebtLine(Base):
    """A row of a debtor's: never changed, taken back by a row of the negative amount (`undoes_id`).

    Of an order, `amount` is what was owed when it was handed over; what is owed now its payment request says. `text` is
    what was taken, as the stall calls it.
    """

    __tablename__ = "debt_line"
    __table_args__ = (
        of_same_commune("debtor"),
        CheckConstraint("(kind = 'don') = (order_id IS NOT NULL)", name="order_is_named"),
        CheckConstraint("(kind = 'go') = (undoes_id IS NOT NULL)", name="taken_back_names_what"),
        CheckConstraint(
            "(kind IN ('don', 'hang') AND amount > 0) OR (kind = 'tra' AND amount < 0) "
            "OR (kind = 'go' AND amount <> 0)",
            name="amount_has_its_sign",
        ),
        Index(None, "debtor_id", "id"),
    )

    id: Mapped[Id]
    commune_id: Mapped[Ref] = communes_of("debtor")
    debtor_id: Mapped[Ref]
    kind: Mapped[DebtKind]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), unique=True)
    amount: Mapped[Dong]
    text: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("debt_line.id"), unique=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
