"""Columns by letters, as spreadsheets count them: A, B, ... Z, AA, ..."""

from functools import lru_cache

from market.base.spreadsheets.guard import NOT_XLSX, BadSpreadsheet


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@lru_cache(maxsize=1024)
def number_of(letters: str) -> int:
    """A -> 1, AA -> 27; BadSpreadsheet where the text is not one to three capital letters."""
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha() and letters.isupper()):
        raise BadSpreadsheet(NOT_XLSX)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
