"""How long lots, stamps and their scans are kept."""

from datetime import timedelta

from market.base.retention import Rule
from market.trace.models import JournalEntry, Lot, Scan, Stamp

SCANS_KEPT = timedelta(days=2 * 365)
"""Past every shelf life and the 12 months after it in which a dossier may be asked for (60 without a date)."""

RULES = (
    Rule(model=Lot, says="Giữ hẳn: tem đã dán vẫn mở được."),
    Rule(model=JournalEntry, says="Giữ hẳn, chỉ ghi thêm: nhật ký của lô là bằng chứng nguồn gốc."),
    Rule(model=Stamp, says="Giữ hẳn: mã đã in không được dùng lại, tem lạ phải nhận ra."),
    Rule(
        model=Scan,
        says="Lượt quét: 2 năm, quá hạn dùng của mọi lô; để thấy tem bị chép. Chỉ có mã của trình duyệt.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=lambda now: Scan.at < now - SCANS_KEPT,
    ),
)
