"""Vietnamese text: one form, folded for search, sorted as a dictionary would, slugs, and raw Telex made readable."""

import re
import unicodedata
from collections.abc import Sequence

_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_D = str.maketrans("đĐ", "dD")


def nfc(text: str) -> str:
    """The text in NFC, control characters gone, every run of white space one blank, edges trimmed."""
    seen = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(seen))).strip()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs, as some keyboards write them, as everybody else does: `０９` -> `09`."""
    return unicodedata.normalize("NFKC", text)


def unmark(text: str) -> str:
    """The text without Vietnamese marks, case kept: `Đậu Xanh` -> `Dau Xanh`."""
    parts = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(c for c in parts if not unicodedata.combining(c))


def fold(text: str) -> str:
    """What search compares: no marks (đ -> d before the rest), lower case, only [a-z0-9] words, single blanks."""
    return _NOT_WORD.sub(" ", unmark(text).lower()).strip()


_VNI = {"\u0302": "6", "\u0306": "8", "\u031b": "7"}
_VNI_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "1", "\u0323": "5"}
_WORDS = re.compile("[a-z0-9đ][a-z0-9đ\u0300-\u036f]*")


def marked_words(text: str) -> str:
    """The words that carry marks, as VNI keystrokes with the tone at the end: `Đậu Hà Lan` -> `d9a6u5 ha2`.

    ASCII, so that a full-text index of either database takes it as it is; `hoà` and `hòa` are the same word.
    """
    words = _WORDS.findall(unicodedata.normalize("NFD", text.lower()))
    return " ".join(typed for typed in map(_vni, words) if typed)


def spelled_words(text: str) -> list[tuple[str, str]]:
    """Each word of a text without marks, and as it is written: `gạo nếp ST` -> `(gao, gao5) (nep, ne6p1) (st, st)`."""
    words = _WORDS.findall(unicodedata.normalize("NFD", text.lower()))
    both = ((fold(word), _vni(word)) for word in words)
    return [(folded, written or folded) for folded, written in both if folded and " " not in folded]


def _vni(word: str) -> str:
    """The keystrokes of one word in NFD; empty where it carries no mark."""
    letters = "".join(_VNI.get(c, "d9" if c == "đ" else c) for c in word if c not in _VNI_TONES)
    tones = "".join(_VNI_TONES[c] for c in word if c in _VNI_TONES)
    typed = "".join(c for c in letters if c.isascii()) + tones
    return "" if typed == word else typed


def first_of(words: Sequence[str], most: int, what: str) -> str:
    """`a, b và 3 món nữa`: of more than `most` words the first ones, and of how many more things that is left out."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" và {more} {what} nữa" if more > 0 else "")


def slug(text: str, length: int = 80) -> str:
    """The folded text with hyphens, for addresses; never empty, cut at a word."""
    words = fold(text).replace(" ", "-")
    if len(words) > length:
        words = words[: length + 1].rsplit("-", 1)[0][:length]
    return words or "x"


_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + rank) for rank, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def sort_key(text: str) -> str:
    """An ASCII key that sorts as Vietnamese in any byte order: letters (a ă â b ...), then tones, then case."""
    letters, tones, cases = [], [], []
    for character in unicodedata.normalize("NFC", text):
        letter, tone = _letter_and_tone(character.lower())
        letters.append(_RANK.get(letter, letter if letter.isascii() and letter.isalnum() else " "))
        tones.append(tone)
        cases.append("1" if character != character.lower() else "0")
    return f"{''.join(letters)}!{''.join(tones)}!{''.join(cases)}"


def _letter_and_tone(character: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", character)
    tone = next((_TONES[part] for part in parts if part in _TONES), "0")
    bare = "".join(part for part in parts if part not in _TONES)
    return unicodedata.normalize("NFC", bare), tone


_TELEX_MARKS = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_TELEX_TONES = {"f": "\u0300", "r": "\u0309", "x": "\u0303", "s": "\u0301", "j": "\u0323"}
_VOWELS = "aăâeêioôơuưy"
_ONSET = r"(?:ngh|ng|nh|gh|gi|qu|ch|th|tr|kh|ph|[bcdđghklmnprstvx])?"
_RHYME = r"[aăâeêioôơuưy]{1,3}(?:ng|nh|ch|[cmnpt])?"
_SYLLABLE = re.compile(_ONSET + _RHYME)


def is_syllable(text: str) -> bool:
    """Whether a text is one word as Vietnamese spells it, marks included: `sữa` is, `xnah` and `rauw` are not."""
    bare = unicodedata.normalize("NFD", nfc(text).lower())
    bare = unicodedata.normalize("NFC", "".join(part for part in bare if part not in _TONES))
    return bool(_SYLLABLE.fullmatch(bare))


def untelex(text: str) -> str | None:
    """What raw Telex keystrokes meant: `ddaaju xanh` -> `đậu xanh`; None where the text is not raw Telex."""
    words = nfc(text).lower().split()
    read = [_untelex_word(word) for word in words]
    return " ".join(read) if read != words else None


def _untelex_word(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    for i in range(len(word) - 1, 0, -1):
        if word[i] in _TELEX_TONES and any(letter in _VOWELS for letter in word[:i]):
            bare = _with_marks(word[:i] + word[i + 1 :])
            if _SYLLABLE.fullmatch(bare):
                return _with_tone(bare, _TELEX_TONES[word[i]])
    bare = _with_marks(word)
    return bare if bare != word and _SYLLABLE.fullmatch(bare) else word


def _with_marks(word: str) -> str:
    word = word.replace("uow", "ươ").replace("uwow", "ươ")
    for typed, letter in _TELEX_MARKS.items():
        word = word.replace(typed, letter)
    return word


def _with_tone(syllable: str, tone: str) -> str:
    start = 2 if syllable.startswith(("qu", "gi")) and len(syllable) > 2 else 0
    vowels = [i for i, letter in enumerate(syllable) if letter in _VOWELS]
    vowels = [i for i in vowels if i >= start] or vowels
    marked = [i for i in vowels if syllable[i] in "ăâêôơư"]
    ends_in_consonant = vowels[-1] < len(syllable) - 1
    place = (
        marked[-1]
        if marked
        else vowels[1]
        if len(vowels) > 2 or (len(vowels) == 2 and ends_in_consonant)
        else vowels[0]
    )
    return unicodedata.normalize("NFC", syllable[: place + 1] + tone + syllable[place + 1 :])
