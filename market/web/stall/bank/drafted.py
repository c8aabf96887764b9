"""What somebody wrote down of their account while the commune looked, brought back to the form of the one in force."""

from collections.abc import Mapping

from market.base.db import reading
from market.sellers.actions.account_drafts import opened
from market.sellers.models import DraftedAccount
from market.sellers.queries import live_bank_account
from market.sellers.queries.drafts import drafted_account
from market.web.base.access import StallContext
from market.web.base.stepping import step_up_obstacle
from market.web.base.web import require_person


def drafted_for(desk: StallContext) -> DraftedAccount | None:
    """The account that who runs this stall wrote down, as long as it is paid into none."""
    if desk.is_helper or live_bank_account(reading(), desk.business_id) is not None:
        return None
    return drafted_account(reading(), desk.commune_id, require_person())


def account_said(kept: DraftedAccount | None) -> Mapping[str, object]:
    """What it says, by the names of its form's fields; nothing on a device that is not its writer's alone."""
    if kept is None or step_up_obstacle() in ("staff_device", "unknown_device"):
        return {}
    said = opened(kept)
    return {name: getattr(said, name) for name in ("bin", "number", "holder", "is_family", "family_phone")}
