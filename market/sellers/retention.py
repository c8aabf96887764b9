"""How long the register, the stalls and who may act for them are kept; and sign-ins, because it is known here whose
devices must never be forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from market.accounts.models import LoginSession
from market.base.retention import Rule
from market.sellers.models import (
    Appointment,
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessMember,
    BusinessMerge,
    BusinessProposal,
    Certificate,
    ChangeRequest,
    CityPost,
    DraftedAccount,
    DraftedListing,
    HamletFee,
    HelpVisit,
    IdentityEvent,
    ListingLeave,
    Mandate,
    OldStallSlug,
    Post,
    PrivatePicture,
    RegisterAnswer,
    RegisterCheck,
    RegisterJoin,
    Stall,
    StallVisit,
    UnreadCell,
    Verification,
    VisitPlan,
    WaitingChange,
)
from market.sellers.queries.drafts import DRAFTS_KEPT

SIGN_INS_KEPT = timedelta(days=2 * 365)
"""Past the KPI's window of twelve months and the year in which its figures may be asked about again."""
UNTAKEN_KEPT = timedelta(days=365)
BROUGHT_KEPT = timedelta(days=365)
"""Of what files brought: next year's lists are compared with this one's."""


def _old_sign_in(now: datetime) -> ColumnElement[bool]:
    """Over long ago, and of somebody whose devices tell nothing of a sale: never a member of a business, a helper or in
    the commune's service. What those were signed in on counts for good (`adoption.queries.parties`)."""
    until = now - SIGN_INS_KEPT
    person = LoginSession.person_id
    members = select(BusinessMember.id).where(BusinessMember.person_id == person)
    posts = select(Post.id).where(Post.person_id == person)
    mandates = select(Mandate.id).where(Mandate.helper_id == person)
    is_over = (LoginSession.expires_at < until) | (LoginSession.ended_at < until)
    return is_over & ~members.exists() & ~posts.exists() & ~mandates.exists()


_KPI = "Giữ hẳn: chỉ tiêu phải tính lại được cho mọi ngày đã qua."

RULES = (
    Rule(
        model=LoginSession,
        says="Lần đăng nhập của người chỉ mua: 2 năm sau khi hết. Của chủ hộ, người giúp và cán bộ, cả khi đã thôi: "
        "giữ hẳn, vì máy họ từng dùng là điều phải xem lại ở một đơn.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=_old_sign_in,
    ),
    Rule(model=Business, says=_KPI),
    Rule(model=BusinessHistory, says=_KPI),
    Rule(model=BusinessMember, says=_KPI),
    Rule(model=BusinessProposal, says="Giữ hẳn: vì sao một hộ vào sổ hay không."),
    Rule(
        model=Verification,
        says="Giữ hẳn, ngày sinh đã mã hóa: lần xác minh sau phải so với lần trước.",
        source="Luật Thương mại điện tử 122/2025/QH15: định danh người bán",
    ),
    Rule(
        model=IdentityEvent,
        says="Giữ hẳn: bên xác thực đã trả lời gì, lúc nào; về người chỉ có mã băm, không có số căn cước.",
        source="Nghị định 320/2026/NĐ-CP sửa Nghị định 69/2024/NĐ-CP",
    ),
    Rule(model=RegisterAnswer, says="Giữ hẳn: chữ trong bảng tính của xã nghĩa là gì, để lần sau không hỏi lại."),
    Rule(
        model=UnreadCell,
        says="Ô của tệp chưa đọc được: tới khi có người ghi vào sổ hoặc cất đi, rồi một năm để tệp sau không nhắc lại.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=lambda now: UnreadCell.closed_at < now - BROUGHT_KEPT,
    ),
    Rule(
        model=RegisterJoin,
        says="Dòng của tệp đã gộp vào một cơ sở: một năm, trong đó còn tách ra được.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=lambda now: RegisterJoin.joined_at < now - BROUGHT_KEPT,
    ),
    Rule(model=BusinessMerge, says="Giữ hẳn: hai dòng của sổ là một từ ngày nào, ai nói, tách ra thì trả gì."),
    Rule(model=RegisterCheck, says="Giữ hẳn: ai đã rà soát hộ nào, ngày nào, thấy gì."),
    Rule(model=Certificate, says="Giữ hẳn: giấy chứng nhận của hàng đã bán."),
    Rule(model=Stall, says="Giữ hẳn: đơn và hàng trỏ tới gian."),
    Rule(model=HamletFee, says="Đến khi người bán đổi phí; đơn đã đặt giữ phí của nó."),
    Rule(model=StallVisit, says="Đến khi người bán thôi tới điểm đó; đơn đã đặt giữ nơi nhận của nó."),
    Rule(model=OldStallSlug, says="Giữ hẳn: địa chỉ cũ đã in ra vẫn mở được."),
    Rule(
        model=ChangeRequest, says="Giữ hẳn: ai xin đổi gì ở hàng đã duyệt.", source="Luật 122/2025/QH15: ít nhất 1 năm"
    ),
    Rule(model=WaitingChange, says="Giữ hẳn, nội dung đã mã hóa: đường tiền đổi lúc nào, ai xin, ai dừng."),
    Rule(
        model=BankAccount,
        says="Giữ hẳn, số đã mã hóa: tiền của đơn cũ đã vào đâu; trùng tài khoản là điều phải xem lại.",
        source="Luật Kế toán 88/2015/QH13: chứng từ 10 năm",
    ),
    Rule(
        model=PrivatePicture,
        says="Ảnh giấy tờ gửi xã: 30 ngày sau khi gửi; xã chưa trả lời thì giữ tiếp, nhưng không quá 180 ngày sau khi "
        "gửi. Người gửi bỏ lúc nào cũng được. Ảnh gửi rồi không dùng: 7 ngày.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        task="forget drafts",
    ),
    Rule(model=DraftedListing, says="Hàng soạn sẵn chưa đăng: 180 ngày sau khi soạn.", task="forget drafts"),
    Rule(
        model=DraftedAccount,
        says="Tài khoản soạn sẵn, đã mã hóa: tới khi đặt tài khoản thật hoặc người soạn bỏ, lâu nhất 180 ngày.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=lambda now: DraftedAccount.saved_at < now - DRAFTS_KEPT,
    ),
    Rule(
        model=ListingLeave,
        says="Lựa chọn để chợ tự đăng hàng soạn sẵn: tới khi đã đăng hoặc người chọn bỏ, lâu nhất 180 ngày.",
        is_old=lambda now: ListingLeave.given_at < now - DRAFTS_KEPT,
    ),
    Rule(model=BankConnection, says="Giữ hẳn: tin báo tiền trỏ tới."),
    Rule(model=Post, says="Giữ hẳn: ai là cán bộ, ai là tổ công nghệ vào ngày nào; chỉ tiêu xét tới."),
    Rule(model=CityPost, says="Giữ hẳn: ai là cán bộ thành phố vào ngày nào."),
    Rule(model=Mandate, says="Giữ hẳn: ai đã được làm thay ai; chỉ tiêu xét tới."),
    Rule(model=HelpVisit, says="Giữ hẳn: hộ được giúp những bước nào, ai giúp; không có chữ viết tay về ai."),
    Rule(
        model=VisitPlan,
        says="Danh sách nên ghé của một tuần: một năm.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=lambda now: VisitPlan.planned_at < now - BROUGHT_KEPT,
    ),
    Rule(
        model=Appointment,
        says="Giấy giao việc chưa ai nhận: một năm sau khi hết hạn. Giấy đã nhận: giữ hẳn.",
        is_old=lambda now: Appointment.taken_at.is_(None) & (Appointment.expires_at < now - UNTAKEN_KEPT),
    ),
)
