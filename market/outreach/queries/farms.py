"""Farm households (plan III.2.2): which criterion each meets, on which proof; each counts once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from market.adoption.queries.figures import FigureSources, day_before, points_of, sources_of
from market.adoption.queries.proofs import with_proofs
from market.adoption.rules import FARM, BusinessStanding, Sale, Trade
from market.base.errors import NotFound
from market.base.row_query import RowQuery
from market.outreach.models import FarmingModel, FarmPractice, ModelAdopter
from market.outreach.rules.farming import FarmCriterion, FarmProof, FarmProofKind, FarmStanding
from market.places.queries import number_on
from market.sellers.models import Business, Certificate
from market.sellers.queries.register import is_paper_in_force
from market.trace.queries import stamped_lots_since
from market.values.paging import CountedPage, ListPage
from market.values.period import Period, day_start, format_date, local_day, trailing_year

A_PAGE = 50
TARGET = "kpi.target.farms"


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmBoard:
    """The farm households of a commune on a day: who they are, who meets which criterion, by what. A sale's own order
    is asked for a page at a time (`farms_page`)."""

    as_of: date
    window: Period
    farms: frozenset[int]
    sellers: frozenset[int]
    smart: Mapping[int, FarmProof]
    ocop: Mapping[int, FarmProof]
    target: int | None
    sources: FigureSources

    @property
    def counted(self) -> frozenset[int]:
        """Each once, whatever number of criteria it meets."""
        return self.sellers | (self.farms & (self.smart.keys() | self.ocop.keys()))

    def meeting(self, criterion: FarmCriterion) -> frozenset[int]:
        by = {
            FarmCriterion.DIGITAL_SALE: self.sellers,
            FarmCriterion.SMART_FARMING: self.farms & self.smart.keys(),
            FarmCriterion.OCOP: self.farms & self.ocop.keys(),
        }
        return frozenset(by[criterion])

    @property
    def missing_to_target(self) -> int:
        """How many more must count until the target is reached; 0 where it is, or none is set."""
        if self.target is None:
            return 0
        return max(0, -(-self.target * len(self.farms) // 100) - len(self.counted))


def farm_board(session: Session, commune_id: int, *, known_at: datetime) -> FarmBoard:
    """Everything but the orders, as of today."""
    today = local_day(known_at)
    year = trailing_year(today)
    sources = sources_of(session, commune_id, (today, day_before(year)), known_at=known_at)
    [(_, sellers)] = points_of(session, sources, [year])
    farms = sources.registers[today].farms
    target = number_on(session, commune_id, TARGET, today)
    return FarmBoard(
        as_of=today,
        window=year,
        farms=frozenset(farms),
        sellers=frozenset(farms & sellers.counted),
        smart=_smart(session, commune_id, year),
        ocop=_ocop(session, commune_id, today),
        target=target[0] if target else None,
        sources=sources,
    )


def _smart(session: Session, commune_id: int, year: Period) -> dict[int, FarmProof]:
    """Of a household the first found: what an officer saw, a model it follows, a lot with its journal and stamps."""
    lots = {
        key: FarmProof(kind=FarmProofKind.LOT, since=local_day(at), words=f"lô {code} có nhật ký và tem", ref=code)
        for key, (code, at) in stamped_lots_since(session, commune_id, day_start(year.start)).items()
    }
    return lots | _models(session, commune_id, year.end) | _practices(session, commune_id, year.end)


def _models(session: Session, commune_id: int, today: date) -> dict[int, FarmProof]:
    query = (
        select(ModelAdopter.business_id, ModelAdopter.since, ModelAdopter.proof, FarmingModel.id, FarmingModel.name)
        .join(FarmingModel, FarmingModel.id == ModelAdopter.model_id)
        .where(
            ModelAdopter.commune_id == commune_id,
            ModelAdopter.since <= today,
            or_(ModelAdopter.until.is_(None), ModelAdopter.until > today),
            FarmingModel.ended_on.is_(None),
        )
    )
    return {
        key: FarmProof(kind=FarmProofKind.MODEL, since=since, words=f"theo mô hình {name}: {proof}", ref=str(model_id))
        for key, since, proof, model_id, name in session.execute(query)
    }


def _practices(session: Session, commune_id: int, today: date) -> dict[int, FarmProof]:
    query = select(FarmPractice).where(
        FarmPractice.commune_id == commune_id,
        FarmPractice.since <= today,
        or_(FarmPractice.until.is_(None), FarmPractice.until > today),
    )
    return {
        one.business_id: FarmProof(
            kind=FarmProofKind.PRACTICE, since=one.since, words=f"{one.practice}: {one.proof}", ref=str(one.id)
        )
        for one in session.scalars(query.order_by(FarmPractice.id))
    }


def _ocop(session: Session, commune_id: int, today: date) -> dict[int, FarmProof]:
    query = (
        select(Certificate)
        .join(Business, Business.id == Certificate.business_id)
        .where(Business.commune_id == commune_id, Certificate.kind.startswith("OCOP"), is_paper_in_force(today))
        .order_by(Certificate.id)
    )
    return {
        one.business_id: FarmProof(
            kind=FarmProofKind.CERTIFICATE, since=one.valid_from, words=_paper_words(one), ref=str(one.id)
        )
        for one in session.scalars(query)
    }


def _paper_words(paper: Certificate) -> str:
    until = f", đến {format_date(paper.valid_to)}" if paper.valid_to else ""
    return f"{paper.kind} số {paper.number} ({paper.scope}){until}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmFilter:
    """Which of them to show: of a hamlet, who meets a criterion, who counts, who does not; None means all."""

    hamlet_id: int | None = None
    criterion: FarmCriterion | None = None
    is_counted: bool | None = None

    def shows(self, board: FarmBoard, business_id: int) -> bool:
        line = board.sources.registers[board.as_of].lines[business_id]
        return (
            self.hamlet_id in (None, line.hamlet_id)
            and (self.criterion is None or business_id in board.meeting(self.criterion))
            and self.is_counted in (None, business_id in board.counted)
        )


_NAMES = RowQuery(
    select(Business.id, Business.name, Business.owner_name)
    .where(Business.id.in_(bindparam("ids", expanding=True)))
    .order_by(Business.folded, Business.id)
)


def farms_page(session: Session, board: FarmBoard, shown: FarmFilter, page: int) -> CountedPage[FarmStanding]:
    """A page of them by name, each with its proofs."""
    ids = [one for one in board.farms if shown.shows(board, one)]
    named = _NAMES.rows(session.connection(), {"ids": ids}) if ids else []
    at = ListPage(total=len(named), size=A_PAGE, asked=page)
    some = named[at.first : at.first + A_PAGE]
    return at.with_rows(_standings(session, board, some))


def farm_standing(session: Session, board: FarmBoard, business_id: int) -> FarmStanding:
    """One of them; NotFound for a business that is no farm household of the register today."""
    if business_id not in board.farms:
        raise NotFound
    [standing] = _standings(session, board, _NAMES.rows(session.connection(), {"ids": [business_id]}))
    return standing


def _standings(session: Session, board: FarmBoard, named: Sequence[tuple[int, str, str | None]]) -> list[FarmStanding]:
    sales = _sales(session, board, [key for key, _, _ in named if key in board.sellers])
    lines = board.sources.registers[board.as_of].lines
    return [
        FarmStanding(
            business_id=key,
            name=name,
            owner_name=owner,
            hamlet_id=lines[key].hamlet_id,
            proofs=_proofs(board, key, sales.get(key)),
        )
        for key, name, owner in named
    ]


def _proofs(board: FarmBoard, business_id: int, sale: Sale | None) -> dict[FarmCriterion, FarmProof]:
    found = {
        FarmCriterion.DIGITAL_SALE: _of_sale(sale) if sale else None,
        FarmCriterion.SMART_FARMING: board.smart.get(business_id),
        FarmCriterion.OCOP: board.ocop.get(business_id),
    }
    return {key: proof for key, proof in found.items() if proof is not None}


def _of_sale(sale: Sale) -> FarmProof:
    return FarmProof(kind=FarmProofKind.ORDER, since=sale.completed_on, words=f"đơn {sale.code}", ref=sale.code)


def _sales(session: Session, board: FarmBoard, ids: Iterable[int]) -> dict[int, Sale]:
    """The order that speaks for each of those who sell."""
    asked = [
        BusinessStanding(business_id=key, hamlet_id=0, kind=FARM, platforms=(), trade=Trade.COUNTED) for key in ids
    ]
    told = with_proofs(session, board.sources, board.window, asked) if asked else []
    return {one.business_id: one.proof for one in told if one.proof is not None}
