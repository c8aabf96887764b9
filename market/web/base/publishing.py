"""Whether a stall's goods may go up, said on the pages on which a seller puts them up."""

from dataclasses import dataclass

from flask import g

from market.base import clock
from market.base.db import reading
from market.sellers.publishing import Publisher, publishing_right
from market.sellers.rules.identity import PublishingReason, PublishingRight
from market.values.period import format_date, local_day
from market.web.base.blueprint import blueprint
from market.web.base.commune import current_commune
from market.web.base.stall_watch import RunHere
from market.web.base.web import require_person

GOES_ON = "Hàng đang bán và đơn đã nhận vẫn như cũ."
REFUSALS = {
    PublishingReason.MUST_LINK: f"Chưa đăng được hàng mới: tài khoản chưa xác thực điện tử. {GOES_ON}",
    PublishingReason.NOT_CONNECTED: f"Chưa đăng được hàng mới: chợ xã chưa kết nối xác thực điện tử. {GOES_ON}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingNotice:
    """A sentence for the seller; `is_refused`: nothing goes up today."""

    says: str
    is_refused: bool


@blueprint.app_template_global()
def publishing_notice(stall: RunHere) -> PublishingNotice | None:
    """What a stall's people must know before they put goods up; None where there is nothing."""
    now = clock.now()
    if "publishing_right" not in g:
        who = Publisher(commune_id=current_commune().id, business_id=stall.business_id, person_id=require_person())
        g.publishing_right = publishing_right(reading(), who, now=now)
    right: PublishingRight = g.publishing_right
    says = REFUSALS.get(right.why) or _deadline(right, right.days_left(local_day(now)))
    return PublishingNotice(says=says, is_refused=not right.may) if says else None


def _deadline(right: PublishingRight, days: int | None) -> str:
    if right.until is None or days is None:
        return ""
    return f"Xác thực điện tử tài khoản bán hàng: hạn đến hết {format_date(right.until)}, còn {days} ngày."
