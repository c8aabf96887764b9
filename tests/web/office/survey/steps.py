"""What an officer types of a product that was surveyed."""

from flask.testing import FlaskClient

from tests.pages import hidden

NEW = "/van-phong/khao-sat/moi"
TYPED = {
    "name": "Gạo bãi rươi",
    "special": "Chỉ bãi này có.",
    "potential": "ocop",
    "yearly": "20 tấn",
    "makers": "12",
    "local_material": "y",
    "surveyed_on": "2026-11-20",
}


def survey(client: FlaskClient, hamlet: int, looked_for: str = "", **typed: str) -> str:
    """The address of the product as it was written down."""
    path = f"{NEW}?tim={looked_for}" if looked_for else NEW
    page = client.get(path)
    said = TYPED | {"hamlet": str(hamlet)} | hidden(page.text, NEW) | typed
    return client.post(path, data=said).location
