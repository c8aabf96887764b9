"""Whether the holder of a bank account is the person or the business that the commune has verified.

Banks print names without marks, some with the given name first, with initials, cut short, with a form of business
before them, or two holders of one account. What can only be said of a paper is not guessed: money goes there.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from market.values.text import fold, unmark

HOUSEHOLD = "hộ kinh doanh"
_HONORIFICS = {"ong", "ba", "anh", "chi", "co", "bac", "chu", "mr", "mrs", "ms"}
_FORMS = {
    HOUSEHOLD: r"ho kinh doanh(?: ca the)?|hkd(?:ct)?|ho kd(?:ct)?|ho ca the|ho kinh doanh gia dinh",
    "hợp tác xã": r"hop tac xa|htx",
    "tổ hợp tác": r"to hop tac|tht",
    "doanh nghiệp": (
        r"(?:cong ty|cty|ct)(?: (?:tnhh|trach nhiem huu han|co phan|cp|hop danh|mtv|mot thanh vien|1 thanh vien|1tv"
        r"|tm|dv|sx|xnk|va))*|ctcp|tnhh(?: mtv)?|dntn|doanh nghiep(?: tu nhan)?"
    ),
}
_FORM = {form: re.compile(rf"(?:{words})\b ?") for form, words in _FORMS.items()}
_SHORT_WORDS = {
    "nn": "nong nghiep",
    "dvnn": "dich vu nong nghiep",
    "dv": "dich vu",
    "tm": "thuong mai",
    "tmdv": "thuong mai dich vu",
    "sx": "san xuat",
    "sxkd": "san xuat kinh doanh",
    "kd": "kinh doanh",
    "xd": "xay dung",
    "xnk": "xuat nhap khau",
    "ntts": "nuoi trong thuy san",
    "vt": "vat tu",
}
"""How banks and registers shorten the words of a business's name; whole words alone."""
_TOGETHER = re.compile(r"\s*(?:[&/;+,]|\b(?:va|hoac|and|or)\b)\s*")
_SURNAMES = frozenset(
    word
    for line in (
        "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh mai dao doan truong trinh luong",
        "luu cao ha ta to chu quach thai tong vuong kieu lam la phung nghiem khuc khong bach tang tieu giap ninh nhu",
    )
    for word in line.split()
)
_SHORTEST_CUT = 12
"""A name that was cut short still has so many letters."""


class HolderLikeness(enum.StrEnum):
    """Whether a holder is who they should be: the last is nobody's to guess."""

    SAME = "dung"
    UNLIKE = "khac"
    UNSURE = "chua_ro"


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderVerdict:
    """`why`: of an unsure one, what about the name leaves it open, as the first half of a sentence."""

    likeness: HolderLikeness
    why: str = ""


SAME, UNLIKE = HolderVerdict(likeness=HolderLikeness.SAME), HolderVerdict(likeness=HolderLikeness.UNLIKE)


def _unsure(why: str) -> HolderVerdict:
    return HolderVerdict(likeness=HolderLikeness.UNSURE, why=why)


def compare_holder(holder: str, *, person: str, business: str) -> HolderVerdict:
    """Whether an account's holder is the verified person, or the business itself, however a bank writes them."""
    holders = _apart(holder)
    if len(holders) > 1:
        each = [compare_holder(one, person=person, business=business).likeness for one in holders]
        return UNLIKE if set(each) == {HolderLikeness.UNLIKE} else _unsure("là tên của hai người trở lên")
    found = [_compare_business(holder, business), _compare_person(holder, person)]
    if SAME in found:
        return SAME
    return next((one for one in found if one.likeness is HolderLikeness.UNSURE), UNLIKE)


def _apart(holder: str) -> Sequence[str]:
    """The holders of a joint account; a business has its own words between its own."""
    text = unmark(holder).lower()
    if _form_of(fold(text))[0]:
        return [text]
    parts = [part for part in _TOGETHER.split(text) if part.strip()]
    return parts if len(parts) > 1 and all(len(fold(part).split()) > 1 for part in parts) else [text]


def _form_of(words: str) -> tuple[str | None, str]:
    """The form of business that a name begins with, and the rest of it."""
    begun = [(len(found[0]), form) for form, pattern in _FORM.items() if (found := pattern.match(words))]
    if not begun:
        return None, words
    length, form = max(begun)
    return form, words[length:].strip()


def _compare_business(holder: str, business: str) -> HolderVerdict:
    """A business's account bears its name; one that leaves its form out, or has another, may be of somebody else."""
    (form, name), (known_form, known) = _form_of(_whole_words(holder)), _form_of(_whole_words(business))
    if not name or name.replace(" ", "") != known.replace(" ", ""):
        return UNLIKE
    if form == known_form or {form, known_form} == {None, HOUSEHOLD}:
        return SAME
    return _unsure(f"là tên {form or 'không ghi loại cơ sở'}, mà sổ của xã ghi là {known_form or 'hộ kinh doanh'}")


def _whole_words(name: str) -> str:
    return " ".join(_SHORT_WORDS.get(word, word) for word in fold(name).split())


def _compare_person(holder: str, person: str) -> HolderVerdict:
    form, name = _form_of(fold(holder))
    given, known = _of_person(name), _of_person(fold(person))
    if not given or not known:
        return UNLIKE
    found = _compare_names(given, known)
    if form in (None, HOUSEHOLD) or found is UNLIKE:
        return found
    return _unsure(f"là tên {form}, không phải tên riêng của {person}")


def _of_person(name: str) -> list[str]:
    words = name.split()
    return words[1:] if len(words) > 2 and words[0] in _HONORIFICS and words[1] in _SURNAMES else words


def _compare_names(given: list[str], known: list[str]) -> HolderVerdict:
    if given == known or "".join(given) == "".join(known):
        return SAME
    if sorted(given) == sorted(known):
        return _compare_orders(given, known)
    if _is_shortened(given, known) or _is_shortened(known, given):
        return _unsure("viết tắt hoặc thiếu chữ lót")
    if _is_cut("".join(given), "".join(known)):
        return _unsure("bị ngân hàng cắt bớt")
    if [word.replace("y", "i") for word in given] == [word.replace("y", "i") for word in known]:
        return _unsure("viết i và y khác nhau")
    return UNLIKE


def _compare_orders(given: list[str], known: list[str]) -> HolderVerdict:
    """The given name first, or the surname last, is the same name, but where what stands first may be a surname: `Lê
    Trần Văn` is not `Trần Văn Lê`. Any other order may be another person."""
    turned = given in (known[-1:] + known[:-1], known[1:] + known[:1], known[::-1])
    if turned and known[0] in _SURNAMES and given[0] not in _SURNAMES:
        return SAME
    return _unsure("có các chữ đổi chỗ cho nhau")


def _is_shortened(short: list[str], whole: list[str]) -> bool:
    """Whether each word is one of the other's or begins it, in their order, the first and the last among them."""
    if len(short) < 2 or not (_begins(short[0], whole[0]) and _begins(short[-1], whole[-1])):
        return False
    left = iter(whole)
    return all(any(_begins(word, one) for one in left) for word in short)


def _begins(short: str, whole: str) -> bool:
    return short == whole or (len(short) <= 2 and whole.startswith(short))


def _is_cut(short: str, whole: str) -> bool:
    return len(short) >= _SHORTEST_CUT and whole.startswith(short)
