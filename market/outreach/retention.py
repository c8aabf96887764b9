"""How long what an office did among its people is kept: who came to a class two years, what proves a figure for
good."""

from datetime import timedelta

from market.base.retention import Rule
from market.outreach.models import (
    ClassAttendee,
    FarmingModel,
    FarmPractice,
    ModelAdopter,
    OcopAssessment,
    OcopEntry,
    OcopPath,
    OcopStep,
    PaperWarning,
    SignatureProduct,
    SurveyedProduct,
    TrainingClass,
)

ATTENDEES_KEPT = timedelta(days=2 * 365)
_PROOF = "Giữ hẳn: bằng chứng của chỉ tiêu, đã báo cáo thì phải tính lại ra như cũ."

RULES = (
    Rule(
        model=ClassAttendee,
        says="Người học: hai năm thì xóa tên, số máy, lời tự nói là người cao tuổi, yếu thế; còn lại một dòng để đếm.",
        is_old=lambda now: (ClassAttendee.signed_at < now - ATTENDEES_KEPT) & ClassAttendee.cleared_at.is_(None),
        cleared={"name": "", "phone": None, "person_id": None, "is_elderly": False, "is_vulnerable": False},
        cleared_at="cleared_at",
    ),
    Rule(
        model=SurveyedProduct,
        says="Sản phẩm đã khảo sát: giữ hẳn, là danh mục của xã. Tên người làm chỉ ghi khi hộ chưa có trong sổ.",
    ),
    Rule(model=PaperWarning, says="Lời nhắc giấy sắp hết hạn: chỉ có số hiệu, ngày và mốc, để mỗi mốc một lần."),
    *(
        Rule(model=model, says=_PROOF)
        for model in (
            TrainingClass,
            OcopPath,
            OcopEntry,
            OcopStep,
            OcopAssessment,
            FarmingModel,
            ModelAdopter,
            FarmPractice,
            SignatureProduct,
        )
    ),
)
