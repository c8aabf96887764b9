"""The addresses of a list's rows, which differ in one value alone."""

from flask import url_for

from market.web.base.blueprint import blueprint

_IN_ITS_PLACE = 9_999_999_999
"""A number that an address takes for a code and for a row's number alike, and holds nowhere else."""


class RowLinks:
    """The addresses of one endpoint by the value of `name`, a code or a number, which need no quoting: called with it.

    What is around it is built once. Built for each row by itself, an address costs as much as the rest of the row.
    """

    def __init__(self, endpoint: str, name: str, **values: object) -> None:
        built = url_for(endpoint, **{name: _IN_ITS_PLACE}, **values)  # type: ignore[arg-type]
        self._before, _, self._after = built.partition(str(_IN_ITS_PLACE))

    def __call__(self, value: str | int) -> str:
        return f"{self._before}{value}{self._after}"


blueprint.add_app_template_global(RowLinks, "row_links")
