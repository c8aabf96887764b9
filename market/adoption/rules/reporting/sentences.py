"""The sentences of a report, made of its figures alone: what fell is said to have fallen, what nobody set is said to be
missing, and no cause is named that no figure knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from market.adoption.rules.counting import Share
from market.adoption.rules.reporting.table import tenths
from market.adoption.rules.reporting.tallies import PartTally, ReportCount, ReportFigures, Tally
from market.values.period import format_date
from market.values.quantity import format_percent

MOST_NAMED = 5
"""So many hamlets are named in one sentence; the annex has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """What the office adds to the figures, a paragraph a line."""

    limits: Sequence[str] = ()
    tasks: Sequence[str] = ()
    proposals: Sequence[str] = ()


def sections(figures: ReportFigures, own: OwnWords) -> list[Section]:
    """I to IV."""
    return [
        Section(heading="I. KẾT QUẢ THỰC HIỆN", paragraphs=results(figures)),
        Section(heading="II. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN", paragraphs=[*shortfalls(figures), *own.limits]),
        Section(heading="III. NHIỆM VỤ KỲ TỚI", paragraphs=[*next_tasks(figures), *own.tasks]),
        Section(
            heading="IV. ĐỀ XUẤT, KIẾN NGHỊ",
            paragraphs=own.proposals or ["Không có đề xuất, kiến nghị trong kỳ này."],
        ),
    ]


def results(figures: ReportFigures) -> list[str]:
    now = figures.now
    day = format_date(now.as_of)
    if not now[ReportCount.BASE]:
        told = [
            f"Đến ngày {day}, sổ của xã chưa có hộ kinh doanh, hợp tác xã nào đang hoạt động, nên chưa tính được tỷ lệ."
        ]
    else:
        told = [
            f"1. Đến ngày {day}, sổ của xã có {now[ReportCount.BASE]} hộ kinh doanh, hợp tác xã đang hoạt động "
            f"(đầu 12 tháng {now[ReportCount.OPENING]}, thêm {now[ReportCount.ADDED]}, "
            f"bớt {now[ReportCount.REMOVED]}); "
            f"{now[ReportCount.ACCOUNTS]} cơ sở có tài khoản đã xác thực trên sàn thương mại điện tử.",
            f"2. {_plan_sentence(now.plan, figures.targets.plan)}",
            f"3. {_comparison(figures)}",
            f"4. Riêng trong kỳ báo cáo có {now[ReportCount.IN_PERIOD]} cơ sở có giao dịch được tính "
            f"(kỳ trước {figures.before[ReportCount.IN_PERIOD]}).",
            f"5. {_annex_sentence(now.annex, figures.targets.annex)}",
            *_hamlet_sentences(now),
        ]
    told.append(_farm_sentence(now, figures.targets.farms))
    if figures.is_cut_short:
        told.append(f"Kỳ báo cáo chưa hết: số liệu tính đến ngày {day}.")
    return told


def _plan_sentence(share: Share, target: int | None) -> str:
    """Plan III.2.2: how many, and how far that is from its target."""
    told = (
        f"Có {share.part}/{share.whole} cơ sở có tài khoản và có giao dịch được tính trong 12 tháng, đạt "
        f"{format_percent(share.part, share.whole)}"
    )
    return f"{told}; {_against(share, target, 'mục tiêu của kế hoạch (III.2.2)')}."


def _against(share: Share, target: int | None, named: str, *, unit: str = "cơ sở") -> str:
    if target is None:
        return f"xã chưa ghi {named}"
    missing = missing_to(share, target)
    if missing:
        return f"{named} là {target}\u00a0%, còn thiếu {missing} {unit}"
    return f"{named} là {target}\u00a0%, đã đạt"


def missing_to(share: Share, target: int) -> int:
    """How many more must count until so many percent are reached."""
    return max(0, -(-target * share.whole // 100) - share.part)


def _comparison(figures: ReportFigures) -> str:
    before, now = figures.before.plan, figures.now.plan
    named = f"So với kỳ trước ({figures.span.before.words})"
    if not before.whole:
        return f"{named}: khi đó sổ chưa có cơ sở nào để tính, nên chưa so sánh được tỷ lệ."
    change = now.part - before.part
    moved = f"{'tăng' if change > 0 else 'giảm'} {abs(change)} cơ sở" if change else "số cơ sở được tính không đổi"
    return f"{named}: {moved}; {_rate_change(before, now)}."


def _rate_change(before: Share, now: Share) -> str:
    was, is_now = format_percent(before.part, before.whole), format_percent(now.part, now.whole)
    if tenths(now) == tenths(before):
        return f"tỷ lệ không đổi, vẫn là {is_now}"
    if tenths(now) > tenths(before):
        return f"tỷ lệ tăng từ {was} lên {is_now}"
    return f"tỷ lệ giảm từ {was} xuống {is_now}"


def _annex_sentence(share: Share, target: int | None) -> str:
    if not share.whole:
        return "Theo cách tính của phụ lục (dòng 14), sổ chưa có hộ kinh doanh nào để tính."
    told = (
        f"Theo cách tính của phụ lục (dòng 14, chỉ đếm hộ kinh doanh có tài khoản): {share.part}/{share.whole} hộ, đạt "
        f"{format_percent(share.part, share.whole)}"
    )
    return f"{told}; {_against(share, target, 'mục tiêu của phụ lục')}."


def _hamlet_sentences(now: Tally) -> list[str]:
    hamlets = [part for part in now.parts if part.hamlet_id is not None]
    without = [part for part in hamlets if not part.share.part]
    if len(hamlets) < 2:
        return []
    if len(without) == len(hamlets):
        return ["6. Chưa thôn nào có cơ sở được tính."]
    best = max(hamlets, key=lambda part: (part.share.part * 1_000_000 // part.share.whole, part.share.part))
    told = f"6. Cao nhất là {_named(best)}"
    if without:
        names = ", ".join(part.word for part in without[:MOST_NAMED])
        more = len(without) - MOST_NAMED
        told += f"; chưa có cơ sở nào được tính: {names}{f' và {more} thôn khác' if more > 0 else ''}"
    return [f"{told}. Số của từng thôn ở Phụ lục II."]


def _named(part: PartTally) -> str:
    share = part.share
    return f"{part.word}: {share.part}/{share.whole} cơ sở, {format_percent(share.part, share.whole)}"


def _farm_sentence(now: Tally, target: int | None) -> str:
    share = now.farms
    if not share.whole:
        return "Sổ của xã chưa ghi hộ nông dân nào, nên chưa tính được tỷ lệ hộ nông dân ứng dụng công nghệ số, OCOP."
    told = (
        f"Hộ nông dân có tài khoản, có giao dịch được tính hoặc có OCOP: {share.part}/{share.whole} hộ, đạt "
        f"{format_percent(share.part, share.whole)}"
    )
    return f"{told}; {_against(share, target, 'mục tiêu của kế hoạch', unit='hộ')}."


_SHORT = (
    (ReportCount.NO_ACCOUNT, "{} cơ sở chưa có tài khoản trên sàn nào"),
    (ReportCount.NO_ORDER, "{} cơ sở có tài khoản nhưng chưa có đơn đầu tiên"),
    (ReportCount.DECLARED, "{} cơ sở mới tự khai có giao dịch, chưa có bằng chứng nên chưa được tính"),
    (ReportCount.TO_REVIEW, "{} cơ sở có giao dịch cần cán bộ kiểm tra, chưa được tính"),
)
_TASKS = (
    (ReportCount.TO_REVIEW, "Kiểm tra giao dịch của {} cơ sở đang chờ xem."),
    (ReportCount.NO_ORDER, "Tổ công nghệ số cộng đồng hỗ trợ {} cơ sở có tài khoản để có đơn đầu tiên."),
    (ReportCount.DECLARED, "Hướng dẫn {} cơ sở mới tự khai để giao dịch có bằng chứng."),
    (ReportCount.NO_ACCOUNT, "Hướng dẫn {} cơ sở chưa có tài khoản mở tài khoản trên sàn."),
)


def shortfalls(figures: ReportFigures) -> list[str]:
    now = figures.now
    if not now[ReportCount.BASE]:
        return ["Sổ hộ kinh doanh, hợp tác xã chưa có dữ liệu, nên chưa nêu được tồn tại theo số liệu."]
    told = [words.format(now[counted]) for counted, words in _SHORT if now[counted]]
    if now.plan.part < figures.before.plan.part:
        told.insert(0, f"số cơ sở được tính giảm {figures.before.plan.part - now.plan.part} so với kỳ trước")
    if not told:
        return ["Mọi cơ sở trong sổ đều đã được tính."]
    return [f"Theo số liệu: {'; '.join(told)}."]


def next_tasks(figures: ReportFigures) -> list[str]:
    now, target = figures.now, figures.targets.plan
    if not now[ReportCount.BASE]:
        return ["Lập sổ hộ kinh doanh, hợp tác xã của xã để có mẫu số."]
    told = [words.format(now[counted]) for counted, words in _TASKS if now[counted]]
    if target is None:
        told.append("Ghi mục tiêu của kế hoạch để theo dõi.")
    elif missing := missing_to(now.plan, target):
        told.append(f"Để đạt mục tiêu {target}\u00a0% cần thêm {missing} cơ sở được tính.")
    return told or ["Duy trì kết quả đã đạt."]
