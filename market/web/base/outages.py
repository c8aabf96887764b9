"""How an outage is said to the person whom it keeps from something."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from market.base.logs import fault_of
from market.base.outages import Down, Outage, outage_of
from market.base.secrets import KeyMissing

log = logging.getLogger(__name__)

OPENING = (
    "Kho dữ liệu của chợ chưa trả lời nên chưa mở được trang này; những gì đã ghi vẫn còn nguyên. Mời chờ một phút rồi "
    "tải lại trang."
)
OPENING_SHUT = (
    "Chợ chưa mở được phần dữ liệu có khóa (số tài khoản, khóa nối) nên chưa mở được trang này; những gì đã ghi vẫn "
    "còn nguyên. Mời báo tổ công nghệ số của xã, chờ chợ sửa xong rồi tải lại trang."
)
SENDING = {
    Outage.AWAY: "Kho dữ liệu của chợ chưa trả lời, việc vừa gửi có thể chưa được ghi; những gì đã ghi từ trước vẫn "
    "còn nguyên. Mời chờ một phút, mở lại trang xem việc ấy đã có chưa, chưa có thì gửi lại.",
    Outage.UNWRITABLE: "Chợ tạm thời chưa ghi thêm được gì, việc vừa gửi chưa được ghi; những gì đã ghi từ trước vẫn "
    "còn nguyên. Mời chờ ít phút rồi gửi lại; vẫn chưa được thì báo tổ công nghệ số của xã.",
    Outage.SHUT: "Chợ chưa mở được phần dữ liệu có khóa (số tài khoản, khóa nối), việc vừa gửi chưa được ghi; những gì "
    "đã ghi từ trước vẫn còn nguyên. Mời báo tổ công nghệ số của xã, chờ chợ sửa xong rồi gửi lại.",
}


def down(outage: Outage) -> Down:
    """What this request is told: what is kept, and what to do."""
    opening = OPENING_SHUT if outage is Outage.SHUT else OPENING
    return Down(outage, opening if request.method in ("GET", "HEAD") else SENDING[outage])


def note_outage(outage: Outage, error: SQLAlchemyError | OSError | KeyMissing) -> None:
    log.error("the market is down", extra={"kind": outage.value, "fault": fault_of(error)})


@contextmanager
def refusing_when_unwritable() -> Iterator[None]:
    """Turn what an outage keeps from being written inside into a refusal, so that a form's page, which can still be
    read for, comes back as typed. Where nothing can be read either the outage has the page of its own."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        if outage_of(error) is not Outage.UNWRITABLE:
            raise
        note_outage(Outage.UNWRITABLE, error)
        raise down(Outage.UNWRITABLE) from error
