"""A Vietnamese keyboard at its worst: it takes every letter as part of a word, looks back over the whole of it for what
a key could change, and never asks whether that is a syllable. Real ones change less."""

import unicodedata

TELEX_TONES = {"S": "\u0301", "F": "\u0300", "R": "\u0309", "X": "\u0303", "J": "\u0323"}
VNI_TONES = dict(zip("12345", TELEX_TONES.values(), strict=True))
TELEX_SHAPES = {
    "A": {"A": "\u0302"},
    "E": {"E": "\u0302"},
    "O": {"O": "\u0302"},
    "W": {"A": "\u0306", "O": "\u031b", "U": "\u031b"},
}
VNI_SHAPES = {
    "6": {"A": "\u0302", "E": "\u0302", "O": "\u0302"},
    "7": {"O": "\u031b", "U": "\u031b"},
    "8": {"A": "\u0306"},
}
VOWELS = "AEIOUY"


def telex(keys: str) -> str:
    """What comes out for these keys in upper case."""
    typed: list[str] = []
    for key in keys:
        if key == "Z" and _untoned(typed, TELEX_TONES.values()):
            continue
        if not (_marked(typed, key, TELEX_TONES, TELEX_SHAPES) or _barred(typed, key, "D")):
            typed.append("U\u031b" if key == "W" else key)
    return unicodedata.normalize("NFC", "".join(typed))


def vni(keys: str) -> str:
    typed: list[str] = []
    for key in keys:
        if key == "0" and _untoned(typed, VNI_TONES.values()):
            continue
        if not (_marked(typed, key, VNI_TONES, VNI_SHAPES) or _barred(typed, key, "9")):
            typed.append(key)
    return unicodedata.normalize("NFC", "".join(typed))


def _marked(typed, key, tones, shapes):
    """Whether the key was a mark for the last letter before it that can bear it."""
    bearers = VOWELS if key in tones else shapes.get(key, {})
    for at in reversed(range(len(typed))):
        if typed[at][0] in bearers and typed[at][0] != "Đ":
            typed[at] += tones[key] if key in tones else shapes[key][typed[at][0]]
            return True
    return False


def _untoned(typed, tones):
    for at in reversed(range(len(typed))):
        for tone in tones:
            if tone in typed[at]:
                typed[at] = typed[at].replace(tone, "")
                return True
    return False


def _barred(typed, key, bar):
    if key != bar or "D" not in typed:
        return False
    typed[len(typed) - 1 - typed[::-1].index("D")] = "Đ"
    return True
