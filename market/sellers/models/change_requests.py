"""What sellers want their public words and pictures to be, until an officer has looked."""

import enum
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from market.base.db import Base, Id, said
from market.sellers.models.stalls import Stall


class RequestState(enum.StrEnum):
    """Where a change stands: it waits until an officer answers, its seller takes it back or sends another one."""

    WAITING = "cho"
    APPROVED = "da_duyet"
    REFUSED = "tu_choi"
    REPLACED = "da_thay"
    WITHDRAWN = "da_rut"


_OF_STALL = text("state = 'cho' AND product_id IS NULL")
_WAITING = text("state = 'cho'")


class ChangeRequest(Base):
    """What a stall, or an approved product of it, shall say: the version that was looked at stays public meanwhile.

    `fields`: what shall change -> its new text: `name` and `intro` of a stall; `name`, `description` and `label:<id of
    a variant>` of a product. Pictures to be added are beside it (`catalog.models.ProposedPhoto`). One waits at a time.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        Index(None, "stall_id", "asked_at"),
        Index("ix_change_request_waiting", "stall_id", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("uq_change_request_stall", "stall_id", unique=True, postgresql_where=_OF_STALL, sqlite_where=_OF_STALL),
        Index(
            "uq_change_request_product",
            "product_id",
            unique=True,
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
    )

    id: Mapped[Id]
    stall_id: Mapped[int] = mapped_column(ForeignKey("stall.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    state: Mapped[RequestState] = mapped_column(default=RequestState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refusal: Mapped[str | None]

    stall: Mapped[Stall] = relationship()

    @hybrid_property
    def is_waiting(self) -> bool:
        """Whether an officer must still look; of the class, the condition for a statement."""
        return self.state is RequestState.WAITING

    @is_waiting.inplace.expression
    @classmethod
    def _is_waiting(cls) -> ColumnElement[bool]:
        return cls.state == said(RequestState.WAITING)

    @property
    def is_refused(self) -> bool:
        """Whether an officer said no, and why stands in `refusal`."""
        return self.state is RequestState.REFUSED
