"""Vietnamese text written for the fonts of before Unicode (TCVN3, VNI), or read in the wrong code page, made readable.

Such text is made of letters of Latin-1, most of which Vietnamese does not write so. It is turned where every word of it
becomes a Vietnamese syllable, and left as it is otherwise. Sources: TCVN 5712:1993 (VN3) and the VNI Windows table.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

_TCVN3 = (
    dict(zip("µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞ", "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩị", strict=True))
    | dict(zip("ßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ", "òóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ", strict=True))
    | dict(zip("¡¢§£¤¥¦", "ĂÂĐÊÔƠƯ", strict=True))
)
_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HATTED = {"à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
_LATIN = re.compile("[\x80-\xff]")
_VIETNAMESE_LATIN = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")
_WORD = re.compile(r"[^\W\d_]+")
_ONSET = "(?:ngh|ng|nh|gh|gi|qu|ch|th|tr|kh|ph|[bcdđghklmnprstvx])?"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong "
    "op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uê uêch uênh uc ui um un ung uôc uôi uôm uôn "
    "uông uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yên yêm yêt yêu"
)
_SYLLABLE = re.compile(_ONSET + "(?:" + "|".join(sorted(_RHYMES.split(), key=len, reverse=True)) + ")")
_TONE = re.compile("[\u0300\u0301\u0309\u0303\u0323]")


def turned(cells: Sequence[str]) -> dict[int, str]:
    """The cells of a row that are of an old font: their place -> what they say.

    A cell whose letters Vietnamese also writes (`Hé`) is turned with its neighbours, unless one of them is in Unicode.
    """
    odd = [at for at, cell in enumerate(cells) if is_odd(cell)]
    found: dict[int, str] = {}
    ways: set[Callable[[str], str]] = set()
    for at in odd:
        for way in [way for way in _WAYS if _reads(way(cells[at]))][:1]:
            found[at] = way(cells[at])
            ways.add(way)
    if len(ways) == 1 and not any(_is_unicode(cell) for cell in cells):
        (only,) = ways
        others = (at for at, cell in enumerate(cells) if at not in found and _LATIN.search(cell))
        found |= {at: only(cells[at]) for at in others if _reads(only(cells[at]))}
    return found


def is_odd(text: str) -> bool:
    """Whether it has letters of Latin-1 that Vietnamese does not write."""
    return not text.isascii() and any("\x80" <= c <= "\xff" and c not in _VIETNAMESE_LATIN for c in text)


def _is_unicode(text: str) -> bool:
    return not text.isascii() and any(c > "\u0100" and c.isalpha() for c in text)


def _reads(text: str) -> bool:
    """Whether every word with a mark is a syllable of Vietnamese, and no letter is left that it does not write."""
    if is_odd(text) or any(c in text for c in _LEFT_OVER):
        return False
    marked = [word for word in _WORD.findall(text.lower()) if not word.isascii()]
    return bool(marked) and all(_is_syllable(word) for word in marked)


_LEFT_OVER = "\ufffd¶§¬®©ª«»"


def _is_syllable(word: str) -> bool:
    bare, tones = _TONE.subn("", unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _from_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(c, c) for c in text)


@cache
def _vni() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = dict(_VNI_ALONE)
    for vowel in "aeouyôö":
        bare = _VNI_ALONE.get(vowel, vowel)
        table |= {vowel + mark: unicodedata.normalize("NFC", bare + tone) for mark, tone in _TONES.items()}
    for vowel in "aeo":
        table[f"{vowel}â"] = unicodedata.normalize("NFC", f"{vowel}\u0302")
        table |= {vowel + m: unicodedata.normalize("NFC", f"{vowel}\u0302{tone}") for m, tone in _HATTED.items()}
    table["aê"] = "ă"
    table |= {f"a{mark}": unicodedata.normalize("NFC", f"a\u0306{tone}") for mark, tone in _BREVE.items()}
    table |= {typed.upper(): letter.upper() for typed, letter in table.items()}
    table |= {typed[0].upper() + typed[1:]: letter.upper() for typed, letter in table.items() if len(typed) > 1}
    pattern = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    return re.compile(pattern), table


def _from_vni(text: str) -> str:
    pattern, table = _vni()
    return pattern.sub(lambda found: table[found[0]], text)


def _from_code_page(text: str) -> str:
    """UTF-8 that was read as if every byte were a letter (`TÃªn`)."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        pass
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


_WAYS = (_from_code_page, _from_tcvn3, _from_vni)
