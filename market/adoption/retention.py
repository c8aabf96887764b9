"""How long what proves the KPI is kept: for good, because a figure that was reported must come out the same again."""

from market.adoption.models import (
    BuyerCall,
    CallDraw,
    DeclaredSale,
    EvidenceReview,
    LedgerEntry,
    LedgerHead,
    LockedBusiness,
    LockedNumber,
    LockedTarget,
    OfficialReport,
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
_REPORTED = "Giữ hẳn: mã in trong báo cáo phải mở lại được số liệu của nó."
_OF_PROOF = (
    *(BuyerCall, CallDraw, DeclaredSale, EvidenceReview, LedgerEntry, LedgerHead),
    *(PlatformAccount, RaisedFlag, SaleCheck),
)
_OF_LOCKS = (ReportPeriod, PeriodLock, LockedNumber, LockedBusiness, LockedTarget, PeriodSending)

RULES = (
    *(Rule(model=model, says=_PROOF) for model in _OF_PROOF),
    *(Rule(model=model, says=_LOCKED) for model in _OF_LOCKS),
    Rule(model=OfficialReport, says=_REPORTED),
)
