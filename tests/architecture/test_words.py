"""A class name means one thing in the whole market, code is English (stored values alone are Vietnamese), and words
that were replaced do not come back."""

import ast
import io
import re
import tokenize
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.sources import MARKET, ROOT, python_files

ENGLISH = frozenset(
    {
        "BackupStep.CHECKED",
        "BackupStep.FAILED",
        "BackupStep.MADE",
        "Certainty.CONFIRMED",
        "Certainty.HIGH",
        "Certainty.MEDIUM",
        "Certainty.UNKNOWN",
        "CodePurpose.GRANT_MANDATE",
        "CodePurpose.RESET_PASSWORD",
        "CommuneMode.ORDERING",
        "CommuneMode.ORDERING_MATCHED",
        "CommuneMode.SHOWCASE",
        "ConsentPurpose.FAMILY_ACCOUNT",
        "ConsentPurpose.TERMS",
        "FarmCriterion.OCOP",
        "Fate.BANK",
        "Fate.CONFIRMED",
        "Fate.DECLARED",
        "Fit.CURRENT",
        "Fit.NEWER",
        "Fit.OLDER",
        "JobState.DEAD",
        "JobState.DONE",
        "JobState.WAITING",
        "LongTaskState.CANCELLED",
        "LongTaskState.DONE",
        "LongTaskState.FAILED",
        "LongTaskState.RUNNING",
        "LongTaskState.WAITING",
        "MemberRole.OWNER",
        "MemberRole.STAFF",
        "PhiVerdict.ENOUGH",
        "PhiVerdict.NO_SPRAY",
        "PhiVerdict.SHORT",
        "PhiVerdict.UNKNOWN",
        "PostRole.ADMIN",
        "Potential.OCOP",
        "PostRole.HELPER",
        "PostRole.KEEPER",
        "PostRole.OFFICER",
        "RowOutcome.CREATED",
        "RowOutcome.REFUSED",
        "RowOutcome.UNCHANGED",
        "RowOutcome.ASKED",
        "RowOutcome.UPDATED",
        "StampStanding.ACTIVE",
        "StampStanding.NOT_ACTIVE",
        "StampStanding.PAST",
        "StampStanding.RECALLED",
        "StampStanding.VOID",
        "StockChange.MINUS",
        "StockChange.PLUS",
        "StockChange.SET",
        "StockChange.UNCOUNT",
        "WhyNot.ALL_HELD",
        "WhyNot.CLOSED",
        "WhyNot.ENDED",
        "WhyNot.HIDDEN",
        "WhyNot.NOTHING_LEFT",
        "WhyNot.NO_PHOTO",
        "WhyNot.PAUSED",
        "WhyNot.REFUSED",
        "WhyNot.SOLD_OUT",
        "WhyNot.STOPPED",
        "WhyNot.TAKEN_DOWN",
        "WhyNot.UNVERIFIED",
        "WhyNot.WAITING",
    }
)
"""Members whose stored value is English or a proper name too: each new one is looked at by a person."""


def classes(source: str) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))


def named_twice(sources: Mapping[Path, str]) -> list[str]:
    """The names of public classes that stand for more than one thing."""
    names = Counter(node.name for source in sources.values() for node in classes(source) if node.name[0] != "_")
    nested = {"Meta"}  # WTForms asks for this very name inside a form
    return sorted(name for name, count in names.items() if count > 1 and name not in nested)


def members_like_their_values(source: str) -> Iterator[str]:
    """Members of enums that are their stored value in capitals."""
    for node in classes(source):
        if not any("Enum" in ast.unparse(base) for base in node.bases):
            continue
        for line in node.body:
            match line:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                    if name == unicodedata.normalize("NFKD", value).upper():
                        yield f"{node.name}.{name}"


def test_a_class_name_means_one_thing() -> None:
    assert named_twice({path: path.read_text() for path in python_files(MARKET)}) == []
    assert named_twice({Path("a.py"): "class Offer: ...", Path("b.py"): "class Offer: ..."}) == ["Offer"]


def test_members_of_enums_are_english() -> None:
    found = {member for path in python_files(MARKET) for member in members_like_their_values(path.read_text())}
    assert sorted(found - ENGLISH) == []
    assert sorted(ENGLISH - found) == [], "names that no longer need an exception"
    planted = 'class State(enum.StrEnum):\n    CHO_NHAN = "cho_nhan"\n    PLACED = "moi_dat"\n'
    assert list(members_like_their_values(planted)) == ["State.CHO_NHAN"]


OLD_NAMES = {
    "knock|knocks|knocked": "a webhook's request, a delivery",
    "heed|heeds": "handle, sync",
    "looker|lookers": "viewer",
    "sight|sights": "page_query",
    "put_on|take_off|take_cards|take_no_cards": "allocate, reverse, enable or disable card payments",
    "ill|is_well|mend|mends|mended": "failed, is_ok, fix",
    "doubt|doubts|doubtful|doubted|suspicions|judged": "risk_flags, flagged, RiskChecks, reviewed",
    "upkeep": "PeriodicTask",
    "whoever": "the person who",
}
"""Words that were replaced (with what): no part of an identifier or of a file's name is one of them."""
OLD_PROSE = {
    r"knock(s|ed|ing)?": "call, request",
    r"heed(s|ed|ing)?": "handle",
    r"whoever": "the person who",
    r"(in this|at this|the) very moment": "concurrently; at this instant",
    r"twice changes nothing": "Idempotent",
    r"(?:(?<=^)|(?<=[;.:] ))gives(?! (?:up|way|back))": "returns",
    r"(mend|mends|mended|mending)": "fix, repair",
    r"(is|not|are) ill": "failed",
    r"(is not|not) well": "not ok",
    r"doubt(s|ed|ful)?": "risk flag",
    r"upkeep": "periodic task",
}
"""The same of docstrings and comments, as they stand in a sentence."""
WORDS_THAT_STAY: dict[str, str] = {}
"""`file: word` -> why it stays. Stored verbs, addresses and keys of JSON are strings, which nobody looks at here."""

_NAME = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")


def old_words(source: str) -> Iterator[str]:
    """The replaced words in the names, docstrings and comments of a source, as they stand there."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield from old_names(token.string)
        elif token.type == tokenize.COMMENT:
            yield from old_prose(token.string.lstrip("# "))
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield from old_prose(text)


def old_names(name: str) -> Iterator[str]:
    parts = f"_{'_'.join(_NAME.split(name)).strip('_').lower()}_"
    return (word for words in OLD_NAMES for word in words.split("|") if f"_{word}_" in parts)


def old_prose(text: str) -> Iterator[str]:
    """An address or a name in backticks is no prose."""
    plain = re.sub(r"`[^`]*`|https?://\S+", "", text)
    return (found[0] for old in OLD_PROSE for found in re.finditer(rf"\b{old}\b", plain, re.IGNORECASE))


def test_no_replaced_word_comes_back() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for folder in (MARKET, ROOT / "tests")
        for path in python_files(folder)
        for word in (*old_words(path.read_text("utf-8")), *old_names(path.stem))
    }
    assert sorted(found - WORDS_THAT_STAY.keys()) == []
    assert sorted(WORDS_THAT_STAY.keys() - found) == [], "words that no longer need an exception"


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ("def take_off(knock): ...", ["take_off", "knock"]),
        ("class WebhookKnock: ...", ["knock"]),
        ("finding.is_well = DOUBT_WORDS", ["is_well", "doubt"]),
        ("# Whoever comes next", ["Whoever"]),
        ('def ask():\n    """Gives a price; the rest is its caller\'s."""', ["Gives"]),
        ('ASKED = 1\n"""What was asked in this very moment."""', ["in this very moment"]),
        ('def end():\n    """Ends it. Twice changes nothing."""', ["Twice changes nothing"]),
        ('verb = "take_cards"  # stored', []),
        ('def forget():\n    """The first gives back what is overdue; a still illness."""', []),
        ("def puts_one(still, willing): ...", []),
    ],
)
def test_a_planted_word_is_seen_and_what_only_looks_like_one_is_not(planted: str, words: list[str]) -> None:
    assert sorted(old_words(planted)) == sorted(words)
