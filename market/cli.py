"""The commands of `flask --app wsgi`: each parses, opens a transaction, calls an action."""

from flask import Flask


def register(app: Flask) -> None:
    """Add every command to the application."""
