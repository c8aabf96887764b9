"""The commands of `flask --app wsgi`: each slice has its own; this is their list."""

import click
from flask import Flask

from market.sellers import cli as sellers

COMMANDS: tuple[click.Command, ...] = (
    *sellers.COMMANDS,
)


def register(app: Flask) -> None:
    """Add every command to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
