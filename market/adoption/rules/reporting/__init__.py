"""The office's report without a database or a file: its period, its figures and their codes, its sentences, its table,
who signs it."""
