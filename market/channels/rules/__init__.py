"""What goes to a marketplace, what each marketplace allows, and what a seller's template asks for."""

from market.channels.rules.against import (
    asks_number,
    cure_of,
    listed_description,
    listed_name,
    reason_against_answer,
    reasons_against,
    words_digest,
)
from market.channels.rules.categories import Names, food_names, found_categories, suggested_category
from market.channels.rules.forbidden import ForbiddenKind, ForbiddenWord, cured, found_in, told
from market.channels.rules.limits import (
    LIMIT_PREFIX,
    LIMIT_WORDS,
    Bounds,
    ChannelLimits,
    told_limits,
    unsaid_limits,
    with_answers,
)
from market.channels.rules.listings import (
    Cell,
    ChannelListing,
    FilledRows,
    ListedVariant,
    ListedWords,
    Refusal,
    Row,
    TemplateCategory,
    TemplateManifest,
)

__all__ = [
    "LIMIT_PREFIX",
    "LIMIT_WORDS",
    "Bounds",
    "Cell",
    "ChannelLimits",
    "ChannelListing",
    "FilledRows",
    "ForbiddenKind",
    "ForbiddenWord",
    "ListedVariant",
    "ListedWords",
    "Names",
    "Refusal",
    "Row",
    "TemplateCategory",
    "TemplateManifest",
    "asks_number",
    "cure_of",
    "cured",
    "food_names",
    "found_categories",
    "found_in",
    "listed_description",
    "listed_name",
    "reason_against_answer",
    "reasons_against",
    "suggested_category",
    "told",
    "told_limits",
    "unsaid_limits",
    "with_answers",
    "words_digest",
]
