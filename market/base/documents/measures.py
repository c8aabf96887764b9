"""The measures of an official document, by Nghị định 30/2020/NĐ-CP, Phụ lục I: millimetres and points; and how wide a
text is in Times."""

import unicodedata

from reportlab.pdfbase.pdfmetrics import stringWidth

FONT = "Times New Roman"
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP = BOTTOM = 20
LEFT, RIGHT = 30, 15
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
LEFT_COLUMN, RIGHT_COLUMN = 67, 98
"""The head's two columns. The right one holds the country's name on one line: 88.3 mm in bold 12 points."""
HEADER = 10
"""From the paper's upper edge to the page number."""
NATION_SIZE, MOTTO_SIZE, ORGAN_SIZE = 12, 13, 12
NUMBER_SIZE, PLACE_SIZE, PAGE_NUMBER_SIZE = 13, 13, 13
BODY_SIZE = TITLE_SIZE = SIGNATURE_SIZE = 14
RECIPIENTS_HEAD_SIZE, RECIPIENTS_SIZE = 12, 11
TABLE_SIZE = 11
FIRST_LINE = 12.7
PARAGRAPH_GAP = 6
LINE_SPACING = 1.15
SIGNING_GAP = 72
"""Points left free for the hand, or for the digital signature and its seal."""
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
ORGAN_RULE = TITLE_RULE = 0.42
"""The lines under the organ's name and under the subject: between a third and a half of the text above."""

_POINT = 25.4 / 72


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """Millimetres. A letter is as wide with its marks as without."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return float(stringWidth(bare, "Times-Bold" if bold else "Times-Roman", size)) * _POINT
