"""How long what proves the KPI is kept: for good, because a figure that was reported must come out the same again."""

from market.adoption.models import (
    BuyerCall,
    CallDraw,
    DeclaredSale,
    EvidenceReview,
    OfficialReport,
    PlatformAccount,
    RaisedFlag,
    SaleCheck,
)
from market.base.retention import Rule

_PROOF = "Giữ hẳn: bằng chứng của chỉ tiêu, đã báo cáo thì phải tính lại ra như cũ."

_REPORTED = "Giữ hẳn: mã in trong báo cáo phải mở lại được số liệu của nó."

RULES = (
    *(
        Rule(model=model, says=_PROOF)
        for model in (BuyerCall, CallDraw, DeclaredSale, EvidenceReview, PlatformAccount, RaisedFlag, SaleCheck)
    ),
    Rule(model=OfficialReport, says=_REPORTED),
)
