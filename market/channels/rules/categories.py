"""Which of a template's categories goods belong to."""

from collections.abc import Mapping, Sequence

from market.channels.rules.listings import TemplateCategory
from market.values.text import fold

_FOOD = "thuc pham"


Names = Mapping[str, Sequence[TemplateCategory]]
"""A category's own name, folded, a blank at either end -> the categories of that name."""


def food_names(categories: Sequence[TemplateCategory]) -> Names:
    """The names that `suggested_category` looks for; folded once for a whole stall."""
    names: dict[str, list[TemplateCategory]] = {}
    for category in categories:
        if _FOOD in fold(category.path):
            names.setdefault(f" {fold(_leaf(category))} ", []).append(category)
    return names


def suggested_category(texts: Sequence[str], names: Names) -> TemplateCategory | None:
    """The one category whose own name stands, word for word, in the first of `texts` that names any.

    Of several the longest name; None where two are as long. Food alone: without its marks "vải" is also a cloth.
    """
    for text in texts:
        words = f" {fold(text)} "
        fitting = [category for name, named in names.items() if name in words for category in named]
        longest = max((len(_leaf(category)) for category in fitting), default=0)
        best = [category for category in fitting if len(_leaf(category)) == longest]
        if best:
            return best[0] if len(best) == 1 else None
    return None


def _leaf(category: TemplateCategory) -> str:
    return category.path.rpartition("/")[2]


def found_categories(text: str, categories: Sequence[TemplateCategory], most: int = 20) -> list[TemplateCategory]:
    """The categories whose path has every word of `text`, those whose own name has them first."""
    words = fold(text).split()
    if not words:
        return []
    fitting = [c for c in categories if all(word in fold(c.path) for word in words)]
    return sorted(fitting, key=lambda c: (not all(word in fold(_leaf(c)) for word in words), len(c.path)))[:most]
