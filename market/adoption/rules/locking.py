"""What of a figure is locked, as plain rows that come out the same from the same evidence, and their digest."""

import enum
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from market.adoption.rules.counting import BusinessStanding, Figure, Share, State


class Measure(enum.StrEnum):
    """Which number of a figure a row is."""

    PLAN = "ke_hoach"
    ANNEX = "phu_luc"
    FARMS = "ho_nong_dan"
    IN_PERIOD = "trong_ky"
    ACCOUNT = "co_tai_khoan"
    HAMLET = "thon"
    KIND = "loai_hinh"
    STATE = "tinh_trang"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Number:
    """`part` of `whole`; `of_what`: the hamlet's id, the kind's or the state's value, nothing of a number of all."""

    measure: Measure
    of_what: str = ""
    part: int
    whole: int

    @property
    def share(self) -> Share:
        return Share(part=self.part, whole=self.whole)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CountedBusiness:
    """A business that counts, and the order that proves it."""

    business_id: int
    hamlet_id: int
    kind: str
    order_id: int
    evidence: int
    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class InForce:
    """A target, or a number that is counted by, in force on the last day."""

    key: str
    value: int
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockContent:
    """All that a lock holds beside who locked it, each sort in its own order."""

    numbers: tuple[Number, ...]
    counted: tuple[CountedBusiness, ...]
    targets: tuple[InForce, ...]

    @classmethod
    def of(
        cls, numbers: Iterable[Number], counted: Iterable[CountedBusiness], targets: Iterable[InForce]
    ) -> "LockContent":
        return cls(
            numbers=tuple(sorted(numbers)),
            counted=tuple(sorted(counted)),
            targets=tuple(sorted(targets)),
        )

    def share(self, measure: Measure) -> Share:
        """A number of all; nothing of nothing where it was not locked."""
        found = next((one for one in self.numbers if one.measure is measure and not one.of_what), None)
        return found.share if found else Share(part=0, whole=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockHead:
    """What a lock says of itself."""

    days: tuple[date, date]
    version: int
    replaces_id: int | None
    reason: str | None
    locked_by: int
    locked_at: datetime
    definitions_version: int
    ledger_head: str


def numbers_of_figure(figure: Figure, in_period: Share) -> Iterator[Number]:
    """`in_period`: who has a counted sale within the period's own days; all else looks twelve months back."""
    for measure, share in (
        (Measure.PLAN, figure.plan),
        (Measure.ANNEX, figure.annex),
        (Measure.FARMS, figure.farms),
        (Measure.IN_PERIOD, in_period),
        (Measure.ACCOUNT, Share(part=figure.with_account, whole=figure.base)),
    ):
        yield Number(measure=measure, part=share.part, whole=share.whole)
    for measure, shares in ((Measure.HAMLET, figure.by_hamlet()), (Measure.KIND, figure.by_kind())):
        for key, share in shares.items():
            yield Number(measure=measure, of_what=str(key), part=share.part, whole=share.whole)
    for state in State:
        part = len(figure.in_state(state))
        yield Number(measure=Measure.STATE, of_what=state.value, part=part, whole=figure.base)


def counted_of(standings: Sequence[BusinessStanding]) -> Iterator[CountedBusiness]:
    """Those that count, each with its proof."""
    for one in standings:
        if one.is_counted and one.proof:
            yield CountedBusiness(
                business_id=one.business_id,
                hamlet_id=one.hamlet_id,
                kind=one.kind,
                order_id=one.proof.order_id,
                evidence=one.proof.evidence.value,
                platforms=one.platforms,
            )


def digest_of(head: LockHead, content: LockContent) -> str:
    """SHA-256, in hexadecimal digits, over everything in its order: another value anywhere is another digest."""
    written = hashlib.sha256()
    for line in _lines(head, content):
        written.update("\t".join(line).encode())
        written.update(b"\n")
    return written.hexdigest()


def _lines(head: LockHead, content: LockContent) -> Iterator[tuple[str, ...]]:
    yield (
        "lock",
        *(day.isoformat() for day in head.days),
        str(head.version),
        str(head.replaces_id or ""),
        repr(head.reason),
        str(head.locked_by),
        head.locked_at.isoformat(timespec="microseconds"),
        str(head.definitions_version),
        head.ledger_head,
    )
    for one in content.numbers:
        yield ("number", one.measure.value, one.of_what, str(one.part), str(one.whole))
    for business in content.counted:
        ids = (business.business_id, business.hamlet_id, business.order_id, business.evidence)
        yield ("counted", *map(str, ids), business.kind, " ".join(business.platforms))
    for target in content.targets:
        yield ("target", target.key, str(target.value), target.valid_from.isoformat(), repr(target.source))
