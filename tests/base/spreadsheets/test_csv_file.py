"""CSV for people's spreadsheets."""

import csv
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from market.base.spreadsheets.csv_file import csv_text


def test_a_cell_that_begins_a_formula_is_text() -> None:
    text = csv_text([["=1+1", "+84", "-5", "@x", "\tx", "rau", ""]])
    assert text == "\ufeff'=1+1,'+84,'-5,'@x,'\tx,rau,\r\n"


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2), min_size=1))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    read = list(csv.reader(StringIO(csv_text(rows).removeprefix("\ufeff"), newline="")))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
