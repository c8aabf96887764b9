"""What a person is asked about a spreadsheet: columns and words that are not understood, rows that may be a business of
the register. What was answered stays among them, to be changed or taken back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from market.base.spreadsheets.intake import SKIPPED
from market.places.rules import bare_name
from market.sellers.models import AnswerAbout
from market.sellers.queries.answers import ONE, TWO, Answers
from market.sellers.queries.imports import Beside
from market.sellers.rules import (
    BETWEEN,
    FIELD_TITLES,
    KIND_WORDS,
    STATUS_WORDS,
    ImportReport,
    KnownBusiness,
    RegisterFile,
    TypedRow,
    error_in,
    kind_named,
    pair_mark,
    row_words,
    state_named,
)
from market.values.text import fold

MOST_ASKED = 100
"""Questions of a page: when they are answered, the next ones come."""
SKIP_WORDS = "Bỏ qua cột này"
_OPEN = ("", "Chưa trả lời")

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of them. `said`: what the answer is kept under; `choices`: meaning -> words; `meaning`: "" while open;
    `text`: of a word, as the file has it."""

    about: str
    said: str
    label: str
    hint: str
    choices: Sequence[Choice]
    meaning: str = ""
    text: str = ""

    @property
    def key(self) -> str:
        """The name of its field, the same whenever it is asked."""
        return f"{self.about}-{sha256(self.said.encode()).hexdigest()[:16]}"

    @property
    def is_open(self) -> bool:
        return not self.meaning


def questions_about(register: Beside, file: RegisterFile, report: ImportReport) -> list[Question]:
    """The open ones first, then what was answered; no more than MOST_ASKED."""
    answers = register.answers
    hamlets = [(str(at), name) for at, name in register.hamlets.items()]
    kinds = [(kind.value, word) for kind, word in KIND_WORDS.items()]
    states = [(state.value, word) for state, word in STATUS_WORDS.items()]
    words = (
        _Words(about=AnswerAbout.KIND, field="kind", word="Loại hình", choices=kinds, reader=kind_named),
        _Words(about=AnswerAbout.HAMLET, field="hamlet", word="Thôn", choices=hamlets, reader=register.names.find),
        _Words(about=AnswerAbout.STATUS, field="status", word="Tình trạng", choices=states, reader=state_named),
    )
    asked = [*_columns(file, answers)]
    for one in words:
        asked += one.questions(file.rows, answers.of(one.about))
    asked += _twins(register, report)
    asked += _pairs(register, report)
    return sorted(asked, key=lambda one: not one.is_open)[:MOST_ASKED]


LONGEST_HAMLET = 60
_NOT_IN_A_NAME = re.compile(r"[,;()/]| [-–—] ")


def hamlets_named(questions: Iterable[Question]) -> list[str]:
    """The hamlets that a file names, for a commune that has none yet: each once, with the word for what it is. A cell
    that names several places is none of them."""
    texts = [one.text for one in questions if one.about == AnswerAbout.HAMLET and one.is_open and _has_no_choice(one)]
    plain = [text for text in texts if len(text) <= LONGEST_HAMLET and not _NOT_IN_A_NAME.search(text)]
    named: dict[str, str] = {}
    for text in plain:
        if bare := bare_name(text):
            named.setdefault(bare, text if bare != fold(text) else f"thôn {text}")
    return list(named.values())


def _has_no_choice(question: Question) -> bool:
    return all(meaning == "" for meaning, _ in question.choices)


def _columns(file: RegisterFile, answers: Answers) -> Iterator[Question]:
    fields = [*FIELD_TITLES.items(), (SKIPPED, SKIP_WORDS)]
    given = answers.of(AnswerAbout.COLUMN)
    seen: set[str] = set()
    for table in file.tables:
        for column in table.columns:
            said = fold(column.title)
            if said and said not in seen and (not column.field or said in given):
                seen.add(said)
                yield Question(
                    about=AnswerAbout.COLUMN.value,
                    said=said,
                    label=f"Cột “{column.title[:60]}” là cột nào?",
                    hint=f"Ví dụ trong cột: {column.sample}" if column.sample else "Cột này chưa có chữ nào.",
                    choices=(_OPEN, *fields),
                    meaning=given.get(said, ""),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one column that are not understood."""

    about: AnswerAbout
    field: str
    word: str
    choices: Sequence[Choice]
    reader: Callable[[str], object]

    def questions(self, rows: Iterable[TypedRow], given: Mapping[str, str]) -> Iterator[Question]:
        texts = dict.fromkeys(row.cells.get(self.field, "") for row in rows)
        by_said: dict[str, str] = {}
        for text in texts:
            if (said := fold(text)) and not error_in(text):
                by_said[said] = max(by_said.get(said, text), text, key=_marks)
        for said, text in by_said.items():
            if said in given or not self._is_read(text):
                yield Question(
                    about=self.about.value,
                    said=said,
                    label=f"{self.word} “{text[:60]}” nghĩa là gì?",
                    hint="Xã trả lời một lần, lần sau chợ nhớ.",
                    choices=(_OPEN, *self.choices),
                    meaning=given.get(said, ""),
                    text=text,
                )

    def _is_read(self, text: str) -> bool:
        try:
            self.reader(text)
        except ValueError:
            return False
        return True


def _marks(text: str) -> int:
    """How many letters of a word bear marks: of two spellings the fuller one is shown."""
    return sum(not letter.isascii() for letter in text)


def _twins(register: Beside, report: ImportReport) -> Iterator[Question]:
    given = register.answers.of(AnswerAbout.TWIN)
    found = {one.mark: one for one in report.decisions if one.mark}
    open_ones = {mark: one.near for mark, one in found.items() if one.near is not None}
    answered = {mark: abs(int(given[mark])) for mark in found if mark in given}
    known = {one.id: one for one in register.known}
    for mark, at in (open_ones | answered).items():
        if at in known:
            row = found[mark]
            yield Question(
                about=AnswerAbout.TWIN.value,
                said=mark,
                label=f"“{row.name}” trong tệp và “{known[at].said.name}” trong sổ",
                hint=_told(known[at]),
                choices=(
                    _OPEN,
                    (str(at), "Là một: cập nhật cơ sở trong sổ"),
                    (str(-at), "Hai cơ sở khác nhau: thêm mới"),
                ),
                meaning=given.get(mark, ""),
            )


def _pairs(register: Beside, report: ImportReport) -> Iterator[Question]:
    """Two rows of the file that may say the same."""
    given = register.answers.pairs
    by_number = {one.number: one for one in report.decisions}
    asked = [(by_number[one.near_row], one) for one in report.decisions if one.near_row in by_number]
    by_mark = {one.mark: one for one in report.decisions if one.mark}
    parts = (said.partition(BETWEEN) for said in given)
    asked += [(by_mark[one], by_mark[other]) for one, _, other in parts if one in by_mark and other in by_mark]
    for said, (fuller, other) in {pair_mark(one.mark, other.mark): (one, other) for one, other in asked}.items():
        yield Question(
            about=AnswerAbout.TWIN.value,
            said=said,
            label=f"“{other.name}” ({row_words(other.number)}) và “{fuller.name}” ({row_words(fuller.number)})",
            hint="Hai dòng của tệp này có thể là một cơ sở.",
            choices=(_OPEN, (ONE, "Là một: ghi một cơ sở"), (TWO, "Hai cơ sở khác nhau: ghi cả hai")),
            meaning=given.get(said, ""),
        )


def _told(known: KnownBusiness) -> str:
    said = known.said
    told = (said.owner_name, said.phone.national if said.phone else "", said.tax_id, said.address)
    return "Trong sổ: " + (", ".join(filter(None, told)) or "chưa có chủ hộ, điện thoại, mã số thuế") + "."
