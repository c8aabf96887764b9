"""What goes to marketplaces is the same from both kinds of database: from SQLite by day, from both by night."""

from tests.nights import database_by_day_on

database_url = database_by_day_on("sqlite")
