"""How long what proves the KPI is kept: for good, because a figure that was reported must come out the same again."""

from market.adoption.models import (
    BuyerCall,
    CallDraw,
    DeclaredSale,
    EvidenceReview,
    LockedBusiness,
    LockedNumber,
    LockedTarget,
    PeriodLock,
    PeriodSending,
    PlatformAccount,
    RaisedFlag,
    ReportPeriod,
    SaleCheck,
)
from market.base.retention import Rule

_PROOF = "Giữ hẳn: bằng chứng của chỉ tiêu, đã báo cáo thì phải tính lại ra như cũ."

_LOCKED = "Giữ hẳn: số đã chốt và gửi thì không sửa, không bỏ."

RULES = tuple(
    Rule(model=model, says=_PROOF)
    for model in (BuyerCall, CallDraw, DeclaredSale, EvidenceReview, PlatformAccount, RaisedFlag, SaleCheck)
) + tuple(
    Rule(model=model, says=_LOCKED)
    for model in (ReportPeriod, PeriodLock, LockedNumber, LockedBusiness, LockedTarget, PeriodSending)
)
