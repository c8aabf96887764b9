"""Steps of a ticket over the pages: somebody without an account, on a phone."""

import re
from io import BytesIO

from flask.testing import FlaskClient

from tests.catalog.pictures import jpeg
from tests.web.shop.buying import hidden_fields

PAGE = "/phan-anh"


def typed(**said: object) -> dict[str, object]:
    chosen = {"kind": "hang_hoa", "about": "khong_ai", "officer": "", "hamlet": ""}
    return {**chosen, "words": "Rau héo mà ghi tươi", **said}


def sent(client: FlaskClient, page: str = PAGE, **said: object) -> str:
    """The address of the ticket that was sent from a page."""
    shown = hidden_fields(client.get(page).text)
    answer = client.post(PAGE, data=shown | typed(**said), content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/phan-anh/PH[0-9A-Z]{11}", answer.location or "")
    return answer.location or ""


def picture() -> tuple[BytesIO, str]:
    return BytesIO(jpeg(400, 300)), "anh.jpg"
