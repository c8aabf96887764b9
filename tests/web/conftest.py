"""Pages, forms and what they say are the same on both kinds of database: on SQLite by day, on both by night.

On both by day: every page of every role once (`base/test_every_route.py`) and what is below the pages.
"""

from tests.nights import database_by_day_on

database_url = database_by_day_on("sqlite")
