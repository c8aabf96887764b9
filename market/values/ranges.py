"""Many whole numbers said in few words: 2, 3, 4 and 7 are `2-4, 7`."""

from collections.abc import Iterable, Sequence

from market.values.text import first_of

Range = tuple[int, int]
"""First and last, both included."""


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """The numbers as ranges, rising."""
    found: list[Range] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def numbers_in(ranges: Iterable[Sequence[int]]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


def ranges_text(numbers: Iterable[int], most: int = 8) -> str:
    """`2-4, 7`; of more than `most` ranges the first ones, and that there are more."""
    ranges = ranges_of(numbers)
    return first_of([str(first) if first == last else f"{first}-{last}" for first, last in ranges], most, "đoạn")
