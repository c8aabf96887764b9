"""One archive holds one market: its database, its files, and a manifest with a checksum of each.

SQLite goes in as a file, PostgreSQL as lines of JSON, one file a table, so that no other program is needed; either kind
of archive fills either kind of database. The data keys are not in it: without them bank data stays closed.
"""

from market.base.backup.archive import FORMAT, MANIFEST, SQLITE_FILE, BadArchive, Manifest, read_manifest
from market.base.backup.checking import CheckedBackup, check_backup
from market.base.backup.making import back_up
from market.base.backup.restoring import restore
from market.base.backup.tables import Row, is_empty, rows_of, snapshot, tables_of
from market.base.backup_record import LastBackup, last_backup

__all__ = [
    "FORMAT",
    "MANIFEST",
    "SQLITE_FILE",
    "BadArchive",
    "CheckedBackup",
    "LastBackup",
    "Manifest",
    "Row",
    "back_up",
    "check_backup",
    "is_empty",
    "last_backup",
    "read_manifest",
    "restore",
    "rows_of",
    "snapshot",
    "tables_of",
]
