"""Marketplace workbooks (.xlsx) as zip and XML: refuse the dangerous, read cells, replace one sheet's rows."""

from market.channels.workbook.reading import Workbook, number_of, open_workbook
from market.channels.workbook.writing import with_rows

__all__ = ["Workbook", "number_of", "open_workbook", "with_rows"]
