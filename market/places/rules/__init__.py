"""What a commune may be called, at which host it may be reached, and what it may set for its market from a day on."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from market.base.errors import Refused
from market.values.money import parse_dong
from market.values.quiet import parse_hours
from market.values.text import fold

PURCHASES = "BN"
"""Begins the codes of purchases, in every commune."""
_CODE = re.compile(r"[0-9]{5}")
_LETTERS = re.compile(r"[A-HJKMNP-TV-Z]{2}")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")
_EMAIL = re.compile(r"(?=.{6,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def check_code(code: str) -> str:
    """A commune's national code; Refused where it is none (decision 124/2004/QĐ-TTg: five digits)."""
    if not _CODE.fullmatch(code):
        raise Refused("bad_code", f"Mã xã gồm 5 chữ số, như 11086; đã ghi “{code}”.")
    return code


def check_letters(letters: str) -> str:
    """The two letters that begin a commune's order codes. I, L, O and U are read as 1, 1, 0 and V when a code is
    typed."""
    if not _LETTERS.fullmatch(letters) or letters == PURCHASES:
        raise Refused("bad_letters", f"Hai chữ đầu mã đơn: A đến Z, trừ I, L, O, U và trừ BN; đã ghi “{letters}”.")
    return letters


def check_host(host: str) -> str:
    """A host name in lower case, without scheme, port or path; one in Vietnamese letters as browsers send it
    (`xn--…`: RFC 5891)."""
    name = host.strip().lower()
    with suppress(UnicodeError):
        name = name.encode("idna").decode()
    if not _HOST.fullmatch(name):
        raise Refused("bad_host", f"Tên máy viết như daison.cho.vn, không kèm https://, cổng hay đường dẫn: “{host}”.")
    return name


def check_email(email: str) -> str:
    """An office's e-mail address: plain, as it stands in a link; Refused where it is none."""
    if not _EMAIL.fullmatch(email):
        raise Refused("bad_email", f"Thư điện tử viết như vanphong@tenxa.gov.vn; đã ghi “{email}”.")
    return email


_BEFORE = re.compile(r"^(?:thon|xa|lang|khu dan cu|khu pho|khu|kdc|to dan pho|tdp|xom|ban|ap|to)(?: so)? (?=\w)")


def bare_name(name: str) -> str:
    """A hamlet's name by which two are told apart: folded, without the words for what it is."""
    words = fold(name)
    while (shorter := _BEFORE.sub("", words)) != words:
        words = shorter
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """What a commune may set from a day on: what it is called, what stands behind its number, how it is read from what
    was typed (ValueError with a sentence), and a hint for who types."""

    words: str
    unit: str
    read: Callable[[str], str]
    hint: str = ""


def _whole(least: int, most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        digits = text.replace("%", "").strip()
        if not digits.isascii() or not digits.isdigit() or not least <= int(digits[:12]) <= most:
            raise ValueError(f"Mời ghi một số nguyên từ {least} đến {most}, không phải “{text[:40]}”.")
        return str(int(digits))

    return read


def _dong(text: str) -> str:
    amount = parse_dong(text)
    if not 0 <= amount <= MOST_DONG:
        raise ValueError("Mời ghi số tiền từ 0 đến 10.000.000 đồng.")
    return str(int(amount))


def _hours(text: str) -> str:
    hours = re.sub(r"\s", "", text).replace("–", "-")
    parse_hours(hours)
    return hours


def _ways(text: str) -> str:
    names = [one.strip().lower() for one in text.split(",")]
    if not all(_WAY.fullmatch(one) for one in names) or len(set(names)) != len(names) or len(names) > MOST_WAYS:
        raise ValueError(f"Mời ghi tên các cách báo, cách nhau bằng dấu phẩy, như push, sms, không phải “{text[:40]}”.")
    return ", ".join(names)


def _days_before(text: str) -> str:
    days = [one.strip() for one in text.split(",")]
    if not all(one.isascii() and one.isdigit() and 0 < int(one[:4]) <= MOST_DAYS for one in days) or len(days) > 6:
        raise ValueError(f"Mời ghi số ngày, cách nhau bằng dấu phẩy, như 180, 90, 30, không phải “{text[:40]}”.")
    return ", ".join(str(day) for day in sorted({int(one) for one in days}, reverse=True))


def _unconnected(text: str) -> str:
    said = {fold(one): one for one in ("cho đăng", "chưa cho đăng")}
    if fold(text.strip()) not in said:
        raise ValueError(f"Mời ghi “cho đăng” hoặc “chưa cho đăng”, không phải “{text[:40]}”.")
    return said[fold(text.strip())]


MOST_DAYS = 730
MOST_WAYS = 10
_WAY = re.compile(r"[a-z][a-z0-9-]{1,19}")
MOST_DONG = 10_000_000
FACTS: Mapping[str, FactKind] = {
    "kpi.target.plan": FactKind(
        words="Mục tiêu hộ kinh doanh, HTX có tài khoản và giao dịch (III.2.2)", unit="%", read=_whole(1, 100)
    ),
    "kpi.target.annex": FactKind(
        words="Mục tiêu hộ kinh doanh có tài khoản (phụ lục 14)", unit="%", read=_whole(1, 100)
    ),
    "kpi.target.farms": FactKind(
        words="Mục tiêu hộ nông dân dùng công nghệ số hoặc có OCOP", unit="%", read=_whole(1, 100)
    ),
    "kpi.lowest_order": FactKind(
        words="Đơn dưới mức này thì cán bộ xem lại", unit="đồng", read=_dong, hint="Ví dụ: 10.000"
    ),
    "kpi.one_buyer_most": FactKind(
        words="Một người mua chứng minh cho nhiều cơ sở hơn số này thì cán bộ xem lại", unit="cơ sở", read=_whole(1, 50)
    ),
    "kpi.last_days": FactKind(
        words="Đơn trong chừng này ngày cuối trước ngày chốt thì cán bộ xem lại", unit="ngày", read=_whole(0, 31)
    ),
    "kpi.call_tries": FactKind(
        words="Gọi chừng này ngày không ai nghe thì phải xem lại", unit="ngày", read=_whole(1, 30)
    ),
    "kpi.device_phones": FactKind(
        words="Một điện thoại đặt hàng bằng nhiều số máy hơn số này thì cán bộ xem lại", unit="số", read=_whole(1, 50)
    ),
    "kpi.calls_per_week": FactKind(
        words="Mỗi tuần rút chừng này đơn để gọi hỏi người mua", unit="đơn", read=_whole(1, 200)
    ),
    "help.visits_per_week": FactKind(
        words="Mỗi tuần mỗi tổ viên Tổ công nghệ số nên ghé chừng này hộ", unit="hộ", read=_whole(1, 50)
    ),
    "help.target.cashless": FactKind(
        words="Mục tiêu hộ kinh doanh, HTX nhận tiền không tiền mặt, mỗi thôn", unit="%", read=_whole(1, 100)
    ),
    "help.target.invoice": FactKind(
        words="Mục tiêu hộ kinh doanh, HTX dùng hóa đơn điện tử, mỗi thôn", unit="%", read=_whole(1, 100)
    ),
    "kpi.target.classes": FactKind(words="Mục tiêu lớp tập huấn mỗi năm", unit="lớp", read=_whole(1, 365)),
    "kpi.target.models": FactKind(
        words="Mục tiêu mô hình nông nghiệp được nhân rộng", unit="mô hình", read=_whole(1, 99)
    ),
    "kpi.target.products": FactKind(
        words="Mục tiêu sản phẩm đặc trưng có thương hiệu, nhãn hiệu, tem và bán qua kênh số",
        unit="sản phẩm",
        read=_whole(1, 99),
    ),
    "class.least_people": FactKind(
        words="Lớp có từ chừng này người trong danh sách thì được tính", unit="người", read=_whole(1, 300)
    ),
    "class.listing_days": FactKind(
        words="Người học đăng bán trong chừng này ngày sau lớp thì là kết quả của lớp", unit="ngày", read=_whole(1, 366)
    ),
    "model.least_adopters": FactKind(
        words="Mô hình có từ chừng này hộ làm theo thì coi là đã nhân rộng", unit="hộ", read=_whole(1, 999)
    ),
    "paper.warn_days": FactKind(
        words="Nhắc giấy chứng nhận sắp hết hạn trước chừng này ngày",
        unit="ngày",
        read=_days_before,
        hint="Ví dụ: 180, 90, 30",
    ),
    "kpi.report_days": FactKind(
        words="Báo cáo gửi đi chừng này ngày sau ngày cuối kỳ",
        unit="ngày",
        read=_whole(1, 30),
        hint="Ghi 1 là kỳ chốt ngày 14 thì gửi ngày 15.",
    ),
    "kpi.lock_people": FactKind(
        words="Chốt số và gửi báo cáo cần mấy người",
        unit="người",
        read=_whole(1, 2),
        hint="Ghi 2 là ai đã chốt số thì không ghi gửi, phải là cán bộ khác.",
    ),
    "order.fetch_days": FactKind(
        words="Hàng sẵn sàng thì giữ cho khách đến lấy đến 20 giờ, sau chừng này ngày", unit="ngày", read=_whole(1, 14)
    ),
    "complaint.fresh_days": FactKind(
        words="Hàng tươi sống: khách báo hàng không đúng trong chừng này ngày", unit="ngày", read=_whole(1, 14)
    ),
    "complaint.days": FactKind(
        words="Hàng khác: khách báo hàng không đúng trong chừng này ngày", unit="ngày", read=_whole(1, 60)
    ),
    "complaint.answer_hours": FactKind(
        words="Người bán trả lời khách báo hàng không đúng trong chừng này giờ", unit="giờ", read=_whole(1, 72)
    ),
    "complaint.reply_days": FactKind(
        words="Khách trả lời, người bán làm như đã hứa trong chừng này ngày", unit="ngày", read=_whole(1, 14)
    ),
    "complaint.office_days": FactKind(
        words="Xã kết luận về hàng không đúng trong chừng này ngày", unit="ngày", read=_whole(1, 30)
    ),
    "ticket.helper_days": FactKind(
        words="Tổ công nghệ số trả lời phản ánh trong chừng này ngày", unit="ngày", read=_whole(1, 14)
    ),
    "ticket.office_days": FactKind(
        words="Phòng Văn hóa - Xã hội, Công an xã trả lời phản ánh trong chừng này ngày",
        unit="ngày",
        read=_whole(1, 30),
    ),
    "ticket.again_days": FactKind(
        words="Phản ánh quá hạn hoặc người gửi chưa hài lòng thì trả lời trong chừng này ngày",
        unit="ngày",
        read=_whole(1, 14),
    ),
    "story.year": FactKind(
        words="Mỗi năm giới thiệu chừng này gương đổi mới sáng tạo (IV.5.3)", unit="gương", read=_whole(1, 200)
    ),
    "idea.total": FactKind(words="Số ý tưởng cần có đến năm 2030 (III.2.3)", unit="ý tưởng", read=_whole(1, 1000)),
    "weigh.most_percent": FactKind(
        words="Hàng cân thực tế lệch nhiều nhất so với số khách đặt", unit="%", read=_whole(1, 50)
    ),
    "deposit.most_percent": FactKind(words="Tiền cọc nhiều nhất so với tiền đơn", unit="%", read=_whole(1, 100)),
    "deposit.kept_percent": FactKind(
        words="Khách không đến lấy thì người bán giữ chừng này tiền cọc", unit="%", read=_whole(0, 100)
    ),
    "hamlet.active_stalls": FactKind(
        words="Thôn hoạt động khi có từ chừng này gian có đơn giao xong", unit="gian", read=_whole(1, 1000)
    ),
    "hamlet.active_orders": FactKind(
        words="Thôn hoạt động khi có từ chừng này đơn giao xong", unit="đơn", read=_whole(1, 100_000)
    ),
    "hamlet.active_days": FactKind(
        words="Xét thôn hoạt động trong chừng này ngày gần nhất", unit="ngày", read=_whole(7, 366)
    ),
    "quiet_hours": FactKind(
        words="Giờ yên tĩnh, không tính giờ trả lời và giữ hàng", unit="", read=_hours, hint="Ví dụ: 21:00-06:00"
    ),
    "identity.unconnected": FactKind(
        words="Khi chợ xã chưa kết nối xác thực điện tử: người bán phải liên kết có được đăng hàng không",
        unit="",
        read=_unconnected,
        hint="Ghi: cho đăng, hoặc: chưa cho đăng. Người bán đọc được điều này và căn cứ.",
    ),
    "notice.paid_month": FactKind(
        words="Mỗi tháng gửi nhiều nhất chừng này tin mất tiền, như SMS",
        unit="tin",
        read=_whole(0, 100_000),
        hint="Ghi 0 là không gửi tin nào mất tiền.",
    ),
    "notice.ways": FactKind(
        words="Báo tin qua đâu trước, đâu sau",
        unit="",
        read=_ways,
        hint="push là báo trên máy. Ví dụ: push, email, sms",
    ),
}
"""What an office may set; law and taxes are the country's, and come with the program."""


def read_fact(key: str, text: str) -> str:
    """What is typed for a fact as it is kept; Refused with what it must look like."""
    try:
        return FACTS[key].read(text)
    except ValueError as error:
        raise Refused("bad_value", str(error)) from error
