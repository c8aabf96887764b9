"""Spreadsheets in and out: what people send is guarded before it is opened, what leaves runs nothing when opened.

`tables` reads any table people send, `workbook` a marketplace's .xlsx by cell, `filling` replaces one sheet's rows and
leaves every other byte, `csv_file` writes; below them `guard` (sizes), `xml` (events) and `columns` (letters).
"""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The content type of an .xlsx."""
