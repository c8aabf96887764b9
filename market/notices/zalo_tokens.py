"""The tokens of the installation's Zalo account: sealed, renewed ahead of their end by one worker, and what is wrong
with them.

Each refresh token is taken once and brings the next. So who renews claims the row and commits before Zalo is asked, and
a claim whose answer never came is tried once more: where Zalo then says no, that answer was lost, and only a person can
enter another token.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import Locked, lock_name, locked_all
from market.base.secrets import KeyMissing, vault
from market.notices.models import TokenState, ZaloToken

RENEW_BEFORE = timedelta(hours=5)
ANSWER_WITHIN = timedelta(minutes=3)
"""After this a claim is held to be broken off."""
RENEW_ZALO = "renew_zalo_token"
"""The kind of the job that renews them."""
LOST = "lost"
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """`access` is good for `lives`, `refresh` once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lives: timedelta


def zalo_token(session: Session) -> ZaloToken | None:
    """As it was kept last; None where no token was ever entered."""
    return session.scalars(select(ZaloToken).execution_options(populate_existing=True)).one_or_none()


def enter_token(session: Session, refresh: str, *, now: datetime) -> None:
    """Begin anew with a refresh token that a person fetched at Zalo."""
    row = _locked(session)
    token = row.row if row else ZaloToken(entered_at=now)
    token.refresh_cipher, token.access_cipher, token.ends_at = vault().encrypt(refresh), None, None
    token.state, token.asked_at, token.trouble = TokenState.READY, None, None
    token.entered_at = now
    session.add(token)


def claim_renewal(session: Session, *, now: datetime) -> str | None:
    """The refresh token, where it is this caller's turn to ask for the next pair: soon before the end, or once more
    after an answer that never came. None where nothing is to be done, or another is at it."""
    held = _locked(session)
    if held is None or held.row.state is TokenState.REFUSED:
        return None
    token = held.row
    if token.state is TokenState.RENEWING:
        if token.asked_at is not None and now < token.asked_at + ANSWER_WITHIN:
            return None
        token.trouble = LOST
    elif token.ends_at is not None and now < token.ends_at - RENEW_BEFORE:
        return None
    token.state, token.asked_at = TokenState.RENEWING, now
    return vault().decrypt(token.refresh_cipher)


def keep_pair(session: Session, asked_with: str, pair: TokenPair, *, now: datetime) -> None:
    """The pair that this refresh token brought, however late it comes; nothing where another token was entered
    since."""
    held = _asked_with(session, asked_with)
    if held is not None:
        token = held.row
        token.access_cipher, token.refresh_cipher = vault().encrypt(pair.access), vault().encrypt(pair.refresh)
        token.state, token.ends_at, token.trouble = TokenState.READY, now + pair.lives, None


def refuse_renewal(session: Session, asked_with: str) -> None:
    """Zalo takes this refresh token no more. Asked for the second time, after an answer that was lost: that says
    why."""
    held = _asked_with(session, asked_with)
    if held is not None:
        held.row.state = TokenState.REFUSED
        held.row.trouble = LOST if held.row.trouble == LOST else REFUSED


def _asked_with(session: Session, refresh: str) -> Locked[ZaloToken] | None:
    held = _locked(session)
    return held if held and vault().decrypt(held.row.refresh_cipher) == refresh else None


def access_token(session: Session, *, now: datetime) -> str | None:
    """What messages are sent with; None where there is none that is good now."""
    token = zalo_token(session)
    if token is None or token.access_cipher is None or token.ends_at is None or token.ends_at <= now:
        return None
    try:
        return vault().decrypt(token.access_cipher)
    except KeyMissing:
        return None


def can_send(session: Session, *, now: datetime) -> bool:
    return access_token(session, now=now) is not None


def note_trouble(session: Session, trouble: str, *, now: datetime) -> None:
    """What Zalo said of the last message. A token that it does not take any more is renewed at once."""
    if (held := _locked(session)) is None or held.row.state is not TokenState.READY:
        return
    held.row.trouble = trouble
    if trouble == "token":
        held.row.ends_at = now


def note_sent(session: Session) -> None:
    """A message went through: what was wrong before is over."""
    token = zalo_token(session)
    if token is not None and token.trouble is not None and (held := _locked(session)):
        held.row.trouble = None if held.row.state is TokenState.READY else held.row.trouble


def _locked(session: Session) -> Locked[ZaloToken] | None:
    lock_name(session, "zalo token")
    return next(iter(locked_all(session, ZaloToken)), None)


WORDS = {
    LOST: (
        "Lần đổi mã Zalo gần nhất không có trả lời, mà mã cũ Zalo chỉ nhận một lần: tin Zalo dừng tới khi nhập mã mới."
    ),
    REFUSED: "Zalo không nhận mã gia hạn: đã dùng ở nơi khác, hoặc quá ba tháng.",
    "token": "Zalo không nhận mã truy cập, chợ đang đổi mã khác.",
    "quota": "Zalo báo hết số tin hoặc hết tiền: nạp thêm ở Zalo, tin đang đi bằng cách khác.",
    "template": "Zalo không nhận mẫu tin: xem mẫu còn được duyệt không, có đủ noi_dung và duong_dan không.",
}


def trouble_of(session: Session, *, now: datetime) -> str | None:
    """What is wrong with Zalo, in a sentence; None where nothing is."""
    token = zalo_token(session)
    if token is None:
        return "Chưa nhập mã gia hạn lần đầu của Zalo."
    if token.trouble is not None:
        return WORDS[token.trouble]
    if token.ends_at is not None and token.ends_at <= now:
        return "Mã truy cập Zalo đã hết hạn mà chưa đổi được: xem việc nền có chạy không."
    return None
