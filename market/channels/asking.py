"""What a marketplace asks of a seller that the market cannot know: once for all her goods, or of one product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from market.channels.formats import to_rows
from market.channels.models import SHIPPING
from market.channels.rules import (
    LIMIT_PREFIX,
    LIMIT_WORDS,
    ChannelListing,
    FilledRows,
    ListedVariant,
    TemplateManifest,
    reason_against_answer,
    unsaid_limits,
)

MOST_CHOICES = 300
"""Of more a person searches in the template itself, and types the word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnQuestion:
    """What is asked: `token` is the column, or a limit that nobody says; `answer` "" while open."""

    token: str
    label: str
    hint: str
    answer: str = ""
    choices: Sequence[str] = ()
    listed: Sequence[str] = ()
    own: Sequence[str] = ()

    @property
    def key(self) -> str:
        """The name of its field."""
        return f"cot-{sha256(self.token.encode()).hexdigest()[:12]}"

    @property
    def is_limit(self) -> bool:
        return self.token.startswith(LIMIT_PREFIX)

    def reason_against(self, text: str) -> str:
        if self.is_limit:
            return "" if text.isascii() and text.isdigit() and 0 < len(text) < 9 else "Mời ghi một số nguyên."
        return reason_against_answer(self.token, text, self.listed, self.own)


def shipping_chosen(answers: Mapping[int | None, Mapping[str, str]]) -> list[str]:
    """The ways of shipping that a stall chose last, by their columns, of all that it has answered."""
    return answers.get(None, {}).get(SHIPPING, "").split()


def asked_columns(manifest: TemplateManifest, filled: FilledRows, answers: Mapping[str, str]) -> list[str]:
    """The columns of a template that must be filled and that nothing the market knows goes into, in its order; those
    that were answered stay among them, to be changed."""
    asked = {*to_rows([_complete(manifest)], manifest).lacks, *filled.lacks, *answers}
    return [token for token in manifest.columns if token in asked]


def _complete(manifest: TemplateManifest) -> ChannelListing:
    """Goods of which the market knows all that it can know."""
    limits = manifest.limits
    name, text = (limits.name[0], limits.description[0]) if limits else (1, 1)
    return ChannelListing(
        product_id=0,
        name="Gạo mới gặt " * (max(name, 25) // 12 + 1),
        description="Gạo mới gặt. " * (max(text, 25) // 13 + 1),
        variants=(ListedVariant(sku="GAO", price=max(limits.price[0], 10_000) if limits else 10_000, stock=1),),
        images=("https://cho.example/1.jpg",) * min((limits.images if limits else None) or 1, 9),
        category=manifest.categories[0].value if manifest.categories else None,
        weight_grams=1_000,
    )


def questions_for(
    manifest: TemplateManifest, tokens: Sequence[str], answers: Mapping[str, str]
) -> list[ColumnQuestion]:
    """The questions of these columns, with what was answered."""
    own = manifest.limits.own if manifest.limits else ()
    return [
        ColumnQuestion(
            token=token,
            label=manifest.labels.get(token, token)[:100],
            hint=_hint(manifest, token),
            answer=answers.get(token, ""),
            choices=manifest.choices.get(token, ()) if len(manifest.choices.get(token, ())) <= MOST_CHOICES else (),
            listed=manifest.choices.get(token, ()),
            own=own,
        )
        for token in tokens
    ]


def _hint(manifest: TemplateManifest, token: str) -> str:
    told = manifest.hints.get(token, "")[:300]
    return f"Mẫu ghi: {told}" if told else "Ghi đúng như sàn muốn; xem dòng hướng dẫn của cột này trong mẫu."


def limit_questions(manifest: TemplateManifest, answers: Mapping[str, str]) -> list[ColumnQuestion]:
    """The limits that neither the template nor the marketplace says."""
    return [
        ColumnQuestion(
            token=LIMIT_PREFIX + name,
            label=f"{LIMIT_WORDS[name]}?",
            hint="Mẫu không nói. Bạn thấy ở kênh người bán thì ghi số; để trống thì chợ không xét điều này.",
            answer=answers.get(LIMIT_PREFIX + name, ""),
        )
        for name in unsaid_limits(manifest.limits)
    ]
