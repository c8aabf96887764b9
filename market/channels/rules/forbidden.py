"""What marketplaces forbid in the words of goods, found word by word, and the words without it."""

import enum
import html
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


class ForbiddenKind(enum.Enum):
    """Why a marketplace does not take a word, as its seller is told."""

    PHONE = "số điện thoại"
    LINK = "địa chỉ, mạng xã hội"
    RIVAL = "tên sàn khác"
    SHOUT = "viết hoa hoặc dấu lặp lại"
    EMOJI = "hình vẽ, ký hiệu"
    MARKUP = "mã trang web"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenWord:
    """A forbidden word as it stands in its text, from `start` up to `end`."""

    kind: ForbiddenKind
    text: str
    start: int
    end: int


_GAP = r"[ .\-_/·()]{0,2}"
_PHONE = re.compile(
    rf"(?<![\w])(?:\(?\+?84\)?{_GAP}(?:\(0\)|0)?|\(?[0oO]){_GAP}(?:[35789](?:{_GAP}\d){{8}}|2(?:{_GAP}\d){{9}})(?!\d)"
    r"|(?<!\d)1[89]00[ .\-]?\d{2}[ .\-]?\d{2,4}(?!\d)"
)
_TOP = (
    r"(?:com|vn|net|org|info|shop|store|biz|xyz|asia|online|site|link|ly|gl|app|page|io|me|tv|top|club|click|website)"
)
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|(?<!\w)@[A-Za-z][\w.]{2,}"
    rf"|(?<![\w@])[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)*\.{_TOP}(?:\.vn)?\b(?:/\S*)?"
    rf"|\b[A-Za-z0-9\-]+\s?(?:\(dot\)|\[dot\]|\bdot\b|chấm|\(chấm\))\s?{_TOP}\b"
    r"|\b(?:za\W?lo|facebook|fanpage|fb|messenger|viber|telegram|whats\W?app|instagram|wechat|youtube|inbox|ib)\b",
    re.IGNORECASE,
)
_OF_RIVALS = tomllib.loads(Path(__file__).with_name("marketplaces.toml").read_text("utf-8"))
_RIVALS = [(name, re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)) for name, pattern in _OF_RIVALS.items()]
_ANY_RIVAL = re.compile(rf"(?<!\w)(?:{'|'.join(_OF_RIVALS.values())})(?!\w)", re.IGNORECASE)
_TAG = r"</?[A-Za-z][^<>\n]*>"
_MARKUP = re.compile(
    rf"{_TAG}|&(?:nbsp|amp|lt|gt|quot|apos|#\d{{1,6}}|#x[0-9a-fA-F]{{1,5}});|\*\*|__|`{{1,3}}|^#{{1,6}}\s"
    r"|\[[^\[\]\n]*\]\([^()\s]*\)|\[/?(?:b|i|u|img|url|color|size|center|quote|list)(?:=[^\]\n]*)?\]",
    re.MULTILINE | re.IGNORECASE,
)
_REPEATED = re.compile(r"[!?]{2,}|\.{4,}|,{2,}|[*=~_#+\-–—|/\\]{3,}|[:=]\){2,}|:\)(?!\w)")
_PICTURE = re.compile(
    "[\u200d\u20e3\u2194-\u21aa\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\ue000-\uf8ff\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_LONGEST_WORD = 12
_WORD = re.compile(r"[^\W\d_]+")
_UPPER = "".join(chr(at) for at in range(0x250) if chr(at).isupper()) + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
_LOUD = re.compile(f"[{_UPPER}]{{2}}")
_SHORTHANDS = """
OCOP HTX THT UBND HĐND TNHH MTV CP VIETGAP GLOBALGAP GAP HACCP ISO FDA BRC IFS TCVN QCVN ATTP VSATTP ATVSTP PGS USDA JAS
EU VN HP HCM TPHCM TP KG GR ML CM MM KM MG KCAL USD VND VNĐ VAT QR NSX HSD SX SKU GTIN EAN DHA EPA OEM LED USB PP PE PET
PVC BPA UHT IQF VIP
"""
_SHORTHAND = frozenset(_SHORTHANDS.split())
_CALLS = frozenset(("SALE", "HOT", "SỐC", "RẺ", "FREESHIP", "FREE", "SIÊU", "CỰC", "NGON", "MUA", "NGAY"))

Spans = Iterator[tuple[int, int]]


def found_in(text: str, own: Collection[str] = ()) -> list[ForbiddenWord]:
    """What of a text a marketplace does not take, in its order, nothing told twice. `own`: what it calls itself."""
    if not _SUSPECT.search(text):
        return []
    found: list[ForbiddenWord] = []
    for kind, spans in _FINDERS:
        for start, end in spans(text, own):
            if not any(one.start < end and start < one.end for one in found):
                found.append(ForbiddenWord(kind=kind, text=text[start:end], start=start, end=end))
    return sorted(found, key=lambda one: one.start)


def told(found: Sequence[ForbiddenWord]) -> str:
    """Each of them by its own word, with what it is: `“0912 345 678” (số điện thoại), “🔥” (hình vẽ, ký hiệu)`."""
    by_text = {one.text.strip(): one.kind for one in found}
    return ", ".join(f"“{text[:60]}” ({kind.value})" for text, kind in by_text.items())


def _matches(pattern: re.Pattern[str]) -> Callable[[str, Collection[str]], Spans]:
    def spans(text: str, _own: Collection[str]) -> Spans:
        return ((match.start(), match.start() + len(match[0].rstrip(".,;:!?)"))) for match in pattern.finditer(text))

    return spans


def _rivals(text: str, own: Collection[str]) -> Spans:
    if not _ANY_RIVAL.search(text):
        return
    for name, pattern in _RIVALS:
        if name not in own:
            yield from (match.span() for match in pattern.finditer(text))


def _shouts(text: str, _own: Collection[str]) -> Spans:
    """Words in capitals: two or more one after the other, or one that calls, shorthands apart; and repeated signs."""
    yield from ((match.start(), match.end()) for match in _REPEATED.finditer(text))
    if not _LOUD.search(text):
        return
    run: list[re.Match[str]] = []
    words = list(_WORD.finditer(text))
    all_loud = all(_is_loud(word[0]) for word in words)
    for word in words:
        if _is_loud(word[0]) and (not run or not text[run[-1].end() : word.start()].strip(" ,-–/&+")):
            run.append(word)
            continue
        yield from _loud(run, all_loud)
        run = [word] if _is_loud(word[0]) else []
    yield from _loud(run, all_loud)


def _is_loud(word: str) -> bool:
    return 1 < len(word) <= _LONGEST_WORD and word.isupper()


def _loud(run: Sequence[re.Match[str]], all_loud: bool) -> Spans:
    """From the first to the last word of a run that is no shorthand."""
    shouted = [word for word in run if word[0] not in _SHORTHAND]
    calls = [word for word in shouted if word[0] in _CALLS]
    if len(shouted) > 1 or calls or (all_loud and shouted):
        yield shouted[0].start(), shouted[-1].end()


_SUSPECT = re.compile(
    "|".join(
        f"(?:{one.pattern})"
        for one in (_MARKUP, _LINK, _PHONE, _ANY_RIVAL, _PICTURE, _REPEATED, re.compile(f"(?-i:{_LOUD.pattern})"))
    ),
    re.MULTILINE | re.IGNORECASE,
)
"""Whether there may be anything at all: most texts have nothing."""
_FINDERS: Sequence[tuple[ForbiddenKind, Callable[[str, Collection[str]], Spans]]] = (
    (ForbiddenKind.MARKUP, _matches(_MARKUP)),
    (ForbiddenKind.LINK, _matches(_LINK)),
    (ForbiddenKind.PHONE, _matches(_PHONE)),
    (ForbiddenKind.RIVAL, _rivals),
    (ForbiddenKind.EMOJI, _matches(_PICTURE)),
    (ForbiddenKind.SHOUT, _shouts),
)


# --- the words without it ------------------------------------------------------------------------------------------

_MOST_ROUNDS = 8
_CONTACT = frozenset({ForbiddenKind.PHONE, ForbiddenKind.LINK, ForbiddenKind.RIVAL})
_LEAD = (
    r"(?:vui lòng|xin|hãy|mời|cần|muốn|ai|khách|bạn|nhu cầu|gọi(?: điện)?|liên hệ|liên lạc|lh|l/h|alo|nhắn(?: tin)?"
    r"|call|hotline|sđt|sdt|đt|tel|số(?: (?:điện thoại|máy))?|điện thoại|qua|tại|ở|trên|từ|kết bạn|add|link|trang"
    r"|web(?:site)?|đặt(?: hàng)?|mua(?: hàng)?|order|xem(?: thêm)?|truy cập|ghé|theo|shop|nick|page|và|hoặc|hay|cả"
    r"|với|cho|có bán|[:,/\-–|+&])"
)
_TAIL = (
    r"(?:shop|mình|em"
    r"|để (?:đặt|được|mua|biết|xem|nhận)(?: (?:hàng|mua|tư vấn|thêm|chi tiết|giá|hỗ trợ|báo giá))*|để|nhé|nha|ạ|ngay"
    r"|gặp [^\s,.;]+(?: [^\s,.;]+)?|và|hoặc|hay|[:,/\-–|+&])"
)
_LEADS_ALONE = re.compile(rf"(?:(?:{_LEAD}|{_TAIL})(?!\w)|[\s.!?…])*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+")
_CLAUSE = re.compile(r"\s*[,;]\s+|\s+[-–—|]\s+")
_LEFT_OVER = 3
"""Words: what is left of a clause with fewer says nothing by itself."""


def cured(text: str, *, own: Collection[str] = (), proper: Sequence[str] = ()) -> str:
    """The text without what a marketplace does not take: `found_in` finds nothing in it any more, and curing it again
    changes nothing. `proper`: names whose capitals stay (hamlet, commune). May be empty where nothing else was said."""
    if not found_in(text, own):
        return text
    words = _quiet(_plain(text), proper)
    for _round in range(_MOST_ROUNDS):
        if not any(one.kind in _CONTACT for one in found_in(words, own)):
            break
        words = _tidy(_without_contacts(words, own))
    words = _quiet(_tidy(_plain(words)), proper)
    while found := found_in(words, own):
        words = _tidy(_cut(words, found))
    return "" if _LEADS_ALONE.fullmatch(words) else words


def _plain(text: str) -> str:
    """Markup undone, pictures and repeated signs gone."""
    words = re.sub(r"<(?:br|/p|/li|/div|/h\d)\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    words = html.unescape(re.sub(_TAG, " ", words))
    words = re.sub(r"\[([^\[\]\n]*)\]\([^()\s]*\)", r"\1", words)
    words = _MARKUP.sub(" ", words)
    words = _cut(words, [one for one in found_in(words) if one.kind is ForbiddenKind.EMOJI])
    return _REPEATED.sub(lambda match: match[0][0] if match[0][0] in "!?,." else " ", words)


def _quiet(text: str, proper: Sequence[str]) -> str:
    """Capital words as people write them: small, but for shorthands, names, and where a sentence begins."""
    words = text
    for start, end in sorted(_shouts(text, ()), reverse=True):
        small = _WORD.sub(lambda m: m[0] if m[0] in _SHORTHAND else m[0].lower(), text[start:end])
        words = words[:start] + small + words[end:]
    for name in proper:
        words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name, words, flags=re.IGNORECASE) if name else words
    return _sentences_begin(words) if words != text else text


def _sentences_begin(text: str) -> str:
    return re.sub(r"(^|[.!?…]\s+|\n\s*)([^\W\d_])", lambda m: m[1] + m[2].upper(), text)


def _without_contacts(text: str, own: Collection[str]) -> str:
    """Without the brackets, clauses and sentences that say where else to call or buy."""
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"\([^()]*\)", lambda m: "" if _contacts(m[0], own) else m[0], line)
        said = [_sentence(one, own) for one in _SENTENCE.split(line)]
        lines.append(" ".join(filter(None, said)))
    words = "\n".join(lines)
    return words if words.strip() else _cut_with_leads(text, _contacts(text, own))


def _sentence(sentence: str, own: Collection[str]) -> str:
    if not _contacts(sentence, own):
        return sentence
    parts = _CLAUSE.split(sentence)
    kept = [_clause(part, own) for part in parts]
    words = ", ".join(part for part in kept if part)
    if not words:
        return ""
    end = sentence.rstrip()[-1:]
    return f"{words[:1].upper()}{words[1:]}{end if end in '.!?…;' and not words.endswith(end) else ''}"


def _clause(clause: str, own: Collection[str]) -> str:
    """A clause without its contacts and the words that lead to them; nothing where little is left, or where it speaks
    of another marketplace."""
    found = _contacts(clause, own)
    if not found:
        return clause
    if any(one.kind is ForbiddenKind.RIVAL for one in found):
        return ""
    left = _tidy(_cut_with_leads(clause, found)).strip(" .!?…")
    return left if len(_WORD.findall(left)) >= _LEFT_OVER else ""


def _cut_with_leads(text: str, found: Sequence[ForbiddenWord]) -> str:
    """Without them and the words that lead to them."""
    for one in reversed(found):
        before = re.sub(rf"(?:(?<!\w){_LEAD}\s*)+$", "", text[: one.start], flags=re.IGNORECASE)
        after = re.sub(rf"^(?:\s*{_TAIL}(?!\w))+", "", text[one.end :], flags=re.IGNORECASE)
        text = f"{before} {after}"
    return text


def _contacts(text: str, own: Collection[str]) -> list[ForbiddenWord]:
    return [one for one in found_in(text, own) if one.kind in _CONTACT]


def _cut(text: str, found: Sequence[ForbiddenWord]) -> str:
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _tidy(text: str) -> str:
    """Single blanks, no blank before a sign, no sign left alone."""
    words = re.sub(r"[^\S\n]+", " ", text)
    words = re.sub(r"\(\s*\)|“\s*”|\"\s*\"", "", words)
    words = re.sub(r" +([,.;:!?…)])", r"\1", words)
    words = re.sub(r"([,;:])[,;:]+", r"\1", words)
    words = re.sub(r"(?m)^[ ,;:\-–—|/.+&]+|[ ,;:\-–—|/+&]+$", "", words)
    return re.sub(r"\n{3,}", "\n\n", words).strip()
