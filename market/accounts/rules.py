"""Whom of a shared phone a sign-in means; which passwords are guessed first: what many people use, runs and repeats,
one's own name, phone and commune."""

import gzip
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from market.values.phone import Phone
from market.values.text import fold, half_width, unmark

COMMON_PASSWORDS = Path(__file__).with_name("common-passwords.txt.gz")
"""Sorted, one a line, as `_plain` writes them; where they come from stands beside it."""

ADVICE = "Mời đặt ba từ liền nhau mà chỉ mình bạn nghĩ ra, có dấu hay không dấu đều được."
TOO_COMMON = f"Mật khẩu này nhiều người dùng hoặc dễ đoán nên chưa dùng được. {ADVICE}"
ABOUT_ONESELF = (
    f"Mật khẩu này chỉ gồm tên, số điện thoại hoặc tên xã nên người quen đoán ra được, chưa dùng được. {ADVICE}"
)

_SEQUENCES = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN_LENGTHS = range(4, 8)
"""Every longer run is made of these."""
_RUNS = frozenset(
    row[at : at + length]
    for sequence in _SEQUENCES
    for row in (sequence, sequence[::-1])
    for length in _RUN_LENGTHS
    for at in range(len(row) - length + 1)
)
_MARKET_WORDS = ("cho", "so")
_COMMON_WORDS = ("matkhau", "password", "anhyeuem", "emyeuanh", "iloveyou", "vietnam", "admin")
"""What people here put before a few digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCandidate:
    """Somebody of a phone: whether they have signed in on this device before, whether theirs is more than a phone and a
    password (`queries.Proof`), and when they last used the market."""

    person_id: int
    name: str
    password_hash: str | None = field(repr=False)
    is_known_here: bool
    is_proven: bool
    used_at: datetime


def likeliest(people: Iterable[SignInCandidate], name: str, chosen: int | None = None) -> SignInCandidate | None:
    """The one person of a phone whose password is looked at; None where it has nobody.

    Who was chosen of those that signed in on this device; else who bears the name as it was typed (`Lan`, `bà Lan` and
    `Nguyễn Thị Lan` are Nguyễn Thị Lan); else who signed in on this device, then who is proven, then who used the
    market last. Always the same one for the same question, and one alone: each more would cost another hash, and would
    be another guess for the price of one.
    """
    typed = fold(name).split()

    def rank(one: SignInCandidate) -> tuple[bool, bool, int, bool, bool, datetime, int]:
        words = fold(one.name).split()
        return (
            one.is_known_here and one.person_id == chosen,
            bool(typed) and words[-1:] == typed[-1:],
            len(set(typed) & set(words)),
            one.is_known_here,
            one.is_proven,
            one.used_at,
            -one.person_id,
        )

    return max(people, key=rank, default=None)


def called(names: Collection[str]) -> dict[str, str]:
    """What each of these people is called at home: the last word of the name, or the last two where two share it."""
    last = [name.split()[-1] for name in names if name.split()]
    return {name: " ".join(name.split()[-(1 if last.count(name.split()[-1]) == 1 else 2) :]) for name in names if name}


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordOwner:
    """What the neighbours know of the person who sets a password. `name` is "" where it is not known yet."""

    name: str
    phone: Phone | None
    commune: str


def weakness(password: str, owner: PasswordOwner) -> str | None:
    """Why a new password cannot be taken, as a sentence; None for a good one.

    OWASP ASVS 5.0, 6.2.4 (common passwords) and 6.2.11 (words of the context); NIST SP 800-63B-4, 3.1.1.2. Case, marks,
    blanks and signs make no other password of it. Asked where one is set, never at sign-in.
    """
    plain, letters = _plain(password), _letters(password)
    if any(_is_common(text) for text in {plain, letters} if text):
        return TOO_COMMON
    if _is_made_of(letters, _words_of(owner)):
        return ABOUT_ONESELF
    return TOO_COMMON if _is_made_of(letters, _COMMON_WORDS) else None


def _plain(text: str) -> str:
    return "".join(unmark(half_width(text)).lower().split())


def _letters(text: str) -> str:
    """Letters and digits alone."""
    return fold(half_width(text)).replace(" ", "")


def _is_common(text: str) -> bool:
    return _is_repeated(text) or _is_made_of(text, _RUNS, digits=False) or _is_day(text) or _is_listed(text)


def _is_repeated(text: str) -> bool:
    """`11111111`, `abababab`, `lanlanla`: a part, and that part again up to the end."""
    return any((text[:size] * len(text)).startswith(text) for size in range(1, len(text) // 2 + 1))


def _is_day(text: str) -> bool:
    """A day of somebody's life: `20111967`, `19671120`."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    return _is_recent(text, "%d%m%Y") or _is_recent(text, "%Y%m%d")


def _is_recent(text: str, shape: str) -> bool:
    try:
        return 1900 <= datetime.strptime(text, shape).year < 2100  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return False


def _is_listed(text: str) -> bool:
    """Read anew each time, in about 2 ms: a password is set seldom, and a worker keeps no memory for it."""
    line = f"\n{text}\n".encode()
    return len(text.splitlines()) == 1 and line in b"\n" + gzip.decompress(COMMON_PASSWORDS.read_bytes())


def _words_of(owner: PasswordOwner) -> set[str]:
    """Their name's and commune's words, and the phone without its country's or trunk's digits."""
    texts = (owner.name, owner.commune)
    words = {word for text in texts for word in [*fold(text).split(), _letters(text)] if len(word) > 1}
    return words | set(_MARKET_WORDS) | ({owner.phone.digits[1:]} if owner.phone else set())


def _is_made_of(text: str, words: Collection[str], *, digits: bool = True) -> bool:
    """Whether these words alone make up the text, at least one of them, with any `digits` between."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached |= {at + len(word) for word in words if text.startswith(word, at)}
            reached |= {at + 1} if digits and text[at].isdigit() else set()
    return len(text) in reached and any(word in text for word in words)
