"""What pages for buyers work out for themselves: data for search engines, words as names spell them."""

from collections.abc import Iterable

from market.values.text import fold


def as_written(words: str, names: Iterable[str]) -> str:
    """Folded words as the names spell them: `gao nep` -> `gạo nếp`. A word that no name has stays as it is."""
    spelled: dict[str, str] = {}
    for name in names:
        for word in name.lower().split():
            spelled.setdefault(fold(word), word.strip(".,;:()"))
    return " ".join(spelled.get(fold(word), word) for word in words.split())


def short_names(names: Iterable[str], most: int) -> list[str]:
    """The heads of names (two words, as `rươi tươi`), each once, at most so many."""
    heads = (" ".join(name.lower().split()[:2]).strip(",.") for name in names)
    return list(dict.fromkeys(heads))[:most]
