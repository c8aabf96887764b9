"""A class name means one thing in the whole market, and code is English: stored values alone are Vietnamese."""

import ast
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.sources import MARKET, python_files

ENGLISH = frozenset(
    {
        "Certainty.CONFIRMED",
        "Certainty.HIGH",
        "Certainty.MEDIUM",
        "Certainty.UNKNOWN",
        "CodePurpose.GRANT_MANDATE",
        "CodePurpose.RESET_PASSWORD",
        "CommuneMode.ORDERING",
        "CommuneMode.SHOWCASE",
        "ConsentPurpose.FAMILY_ACCOUNT",
        "ConsentPurpose.TERMS",
        "Fate.BANK",
        "Fate.CONFIRMED",
        "Fate.DECLARED",
        "Fit.CURRENT",
        "Fit.NEWER",
        "Fit.OLDER",
        "JobState.DEAD",
        "JobState.DONE",
        "JobState.WAITING",
        "MemberRole.OWNER",
        "MemberRole.STAFF",
        "PhiVerdict.ENOUGH",
        "PhiVerdict.NO_SPRAY",
        "PhiVerdict.SHORT",
        "PhiVerdict.UNKNOWN",
        "PostRole.ADMIN",
        "PostRole.HELPER",
        "PostRole.OFFICER",
        "RowOutcome.CREATED",
        "RowOutcome.REFUSED",
        "RowOutcome.UNCHANGED",
        "RowOutcome.UPDATED",
        "StampStanding.ACTIVE",
        "StampStanding.NOT_ACTIVE",
        "StampStanding.RECALLED",
        "StampStanding.VOID",
        "StockChange.MINUS",
        "StockChange.PLUS",
        "StockChange.SET",
        "StockChange.UNCOUNT",
        "WhyNot.ALL_HELD",
        "WhyNot.CLOSED",
        "WhyNot.HIDDEN",
        "WhyNot.NOTHING_LEFT",
        "WhyNot.NO_PHOTO",
        "WhyNot.PAUSED",
        "WhyNot.REFUSED",
        "WhyNot.SOLD_OUT",
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
