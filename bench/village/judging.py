"""What the market believed in the end: which schemes got through, and how the honest fared."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bench.village.commune import Village
from bench.village.people import Deal, Household
from bench.village.schemes import Scheme
from market.adoption.rules import BusinessStanding, Figure, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A scheme's households that wanted to be counted, and those that were; `why`: in which state the others stand,
    with what is flagged."""

    name: str
    told: str
    trial: bool
    wanted: int
    counted: int
    why: tuple[str, ...]

    @property
    def is_caught(self) -> bool:
        return self.counted == 0

    def __str__(self) -> str:
        verdict = "caught" if self.is_caught else "GOT THROUGH"
        return f"{verdict:<12} {self.counted} of {self.wanted:<3} {self.name:<30} {'; '.join(self.why)}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One village judged. `accused`: honest households that wait for an officer's look with nothing else that counts,
    or that were refused; `trading`: honest ones with an order of a real buyer that a code or a bank itself proves;
    `with_code`: those with any, also of people who bought of nobody else; `..._counted`: of each, the counted."""

    outcomes: tuple[Outcome, ...]
    honest: int
    accused: Mapping[str, int]
    accused_at_first: int
    trading: int
    trading_counted: int
    trading_missed: Mapping[str, int]
    with_code: int
    with_code_counted: int

    @property
    def caught(self) -> int:
        return sum(one.is_caught for one in self.outcomes)

    @property
    def trial_counted(self) -> int:
        return sum(one.counted for one in self.outcomes if one.trial)

    @property
    def trial_wanted(self) -> int:
        return sum(one.wanted for one in self.outcomes if one.trial)

    @property
    def accused_percent(self) -> float:
        return 100 * sum(self.accused.values()) / self.honest

    @property
    def counted_percent(self) -> float:
        return 100 * self.trading_counted / self.trading

    def as_json(self) -> dict[str, object]:
        schemes = [asdict(one) | {"caught": one.is_caught} for one in self.outcomes]
        return asdict(self) | {"outcomes": schemes, "caught": self.caught}


def judge(village: Village, schemes: Sequence[Scheme], figure: Figure, at_first: Figure) -> Judgement:
    """`at_first`: the figure before anybody looked at what was flagged."""
    standings = {one.business_id: one for one in figure.standings}
    honest = [one for one in village.households if one.scheme is None]
    traded = _with_real_buyers(village)
    trading = [standings[one.business] for one in honest if one.business in traded]
    coded = {household.business for household, deal in village.deals.values() if is_proof(deal)}
    with_code = [standings[one.business] for one in honest if one.business in coded]
    accused = [standings[one.business] for one in honest if _is_accused(village, standings[one.business])]
    before = {one.business_id for one in at_first.in_state(State.TO_REVIEW)}
    return Judgement(
        outcomes=tuple(_outcome(one, village.households, standings) for one in schemes),
        honest=len(honest),
        accused=_by_reason(accused),
        accused_at_first=sum(one.business in before for one in honest),
        trading=len(trading),
        trading_counted=sum(one.is_counted for one in trading),
        trading_missed=_by_reason([one for one in trading if not one.is_counted]),
        with_code=len(with_code),
        with_code_counted=sum(one.is_counted for one in with_code),
    )


def _outcome(scheme: Scheme, households: Sequence[Household], standings: Mapping[int, BusinessStanding]) -> Outcome:
    wanted = [standings[one.business] for one in households if one.scheme == scheme.name and one.is_wanted]
    return Outcome(
        name=scheme.name,
        told=scheme.told,
        trial=scheme.trial,
        wanted=len(wanted),
        counted=sum(one.is_counted for one in wanted),
        why=tuple(sorted({_reason(one) for one in wanted if not one.is_counted})),
    )


def _reason(standing: BusinessStanding) -> str:
    return " ".join([standing.state.value, *sorted(flag.value for flag in standing.risk_flags)])


def _by_reason(standings: Sequence[BusinessStanding]) -> dict[str, int]:
    reasons = [_reason(one) for one in standings]
    return {one: reasons.count(one) for one in sorted(set(reasons), key=reasons.count, reverse=True)}


def _is_accused(village: Village, standing: BusinessStanding) -> bool:
    return standing.state is State.TO_REVIEW or (not standing.is_counted and standing.business_id in village.refused)


def _with_real_buyers(village: Village) -> set[int]:
    """The households with a proof from a real buyer: somebody who bought of others too."""
    proofs = [(household.business, deal) for household, deal in village.deals.values() if is_proof(deal)]
    bought: dict[int, set[int]] = defaultdict(set)
    for business, deal in proofs:
        bought[deal.buyer.number].add(business)
    return {business for business, deal in proofs if len(bought[deal.buyer.number]) > 1}


def is_proof(deal: Deal) -> bool:
    """Whether an honest order leaves something that could count."""
    return deal.is_completed and deal.code
