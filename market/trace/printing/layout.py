"""Where the labels of a sheet lie. Millimetres, from the upper left corner of the page."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A sheet of labels; `shift_x` and `shift_y` make up for a printer that draws beside the cut lines.

    `code_side` is the QR code with its quiet zone of 4 modules: at 20 mm a code of version 3 has modules of 0.54 mm,
    above the four dots that a 203 dpi printer needs for one.
    """

    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    code_side: float
    shift_x: float = 0
    shift_y: float = 0

    @property
    def labels_a_page(self) -> int:
        return self.columns * self.rows

    @property
    def left(self) -> float:
        return (self.page_width - self.columns * self.label_width) / 2 + self.shift_x

    @property
    def top(self) -> float:
        return (self.page_height - self.rows * self.label_height) / 2 + self.shift_y

    def corners(self) -> Iterator[tuple[float, float]]:
        """The upper left corner of every label, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield self.left + column * self.label_width, self.top + row * self.label_height


A4 = Layout(page_width=210, page_height=297, columns=5, rows=13, label_width=38.1, label_height=21.2, code_side=20)
