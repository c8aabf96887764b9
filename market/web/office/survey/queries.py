"""The catalogue of surveyed products as rows of a spreadsheet."""

from collections.abc import Iterable

from market.outreach.queries.survey import SurveyedLine
from market.outreach.rules.survey import POTENTIAL_WORDS
from market.values.period import format_date

HEAD = (
    "STT",
    "Tên sản phẩm",
    "Thôn",
    "Hộ, người làm",
    "Nhóm OCOP",
    "Vì sao đặc trưng",
    "Tiềm năng",
    "Sản lượng một năm",
    "Số hộ làm",
    "Mùa",
    "Nguyên liệu trong xã",
    "Có bao bì, nhãn",
    "Có giấy ATTP",
    "Đang bán trên chợ",
    "Đang theo OCOP",
    "Ngày khảo sát",
    "Người khảo sát",
)
_YES = {True: "có", False: "chưa"}


def catalogue_rows(title: str, lines: Iterable[SurveyedLine]) -> list[list[str]]:
    """The title, the head, a row each."""
    rows = [[title], ["Mẫu của chợ, chưa đối chiếu mẫu của cấp trên."], list(HEAD)]
    return rows + [_row(number, line) for number, line in enumerate(lines, start=1)]


def _row(number: int, line: SurveyedLine) -> list[str]:
    one = line.surveyed
    season = f"tháng {one.season_from} đến tháng {one.season_to}" if one.season_from else "quanh năm"
    return [
        str(number),
        one.name,
        line.hamlet,
        line.maker,
        line.category or "",
        one.special,
        POTENTIAL_WORDS[one.potential],
        one.yearly,
        str(one.makers or ""),
        season,
        _YES[one.local_material],
        _YES[one.has_packaging],
        _YES[one.has_safety_paper],
        line.listing or "",
        _YES[line.entry_id is not None],
        format_date(one.surveyed_on),
        line.surveyor,
    ]
