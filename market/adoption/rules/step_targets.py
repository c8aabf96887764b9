"""A hamlet's targets: how many of its households have done a step, and how many more reach the commune's share."""

from collections.abc import Mapping
from dataclasses import dataclass

from market.sellers.rules.help_visits import HelpStep

TARGET_FACTS: Mapping[HelpStep, str] = {
    HelpStep.ACCOUNT: "kpi.target.annex",
    HelpStep.CASHLESS: "help.target.cashless",
    HelpStep.INVOICE: "help.target.invoice",
    HelpStep.ORDER: "kpi.target.plan",
}
"""The dated number that says each target; a first listing has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTarget:
    """`target` in percent, None where nobody has set one."""

    step: HelpStep
    done: int
    households: int
    target: int | None

    @property
    def missing(self) -> int:
        """How many more households reach the target; 0 where it is reached, or none is set."""
        wanted = -(-(self.target or 0) * self.households // 100)
        return max(0, wanted - self.done)

    @property
    def is_reached(self) -> bool:
        """Nothing of nothing reaches none."""
        return self.target is not None and self.households > 0 and not self.missing
