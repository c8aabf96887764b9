"""The application without a database, for gates that only look at its routes and templates."""

from pathlib import Path

import pytest
from flask import Flask

from market.app import create_app
from market.base.config import Settings


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("bare")
    return create_app(Settings(database_url=f"sqlite:///{folder / 'none.db'}", storage_url=str(folder / "storage")))
