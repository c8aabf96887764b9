"""The office's papers as files: the report, the year's OCOP products, the loudspeaker's bulletin; the same content
gives the same bytes. Addresses come in through a function: nothing here knows where pages are."""

from collections.abc import Callable

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain; charset=utf-8"

AddressOf = Callable[[str], str]
"""Of a figure's code, the address at which its rows stand."""
