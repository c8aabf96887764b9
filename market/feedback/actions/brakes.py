"""How often people may send what they have to say, and try codes that follow it."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

SEND = Brake(
    kind="feedback-send",
    sentence="Máy này hoặc mạng này gửi nhiều lần liền nhau. Lời bạn viết còn ở dưới, mời chờ {wait} rồi gửi lại.",
    device=(Limit(most=5, within=timedelta(hours=1)), Limit(most=10, within=timedelta(days=1))),
    network=(Limit(most=40, within=timedelta(hours=1)), Limit(most=150, within=timedelta(days=1))),
)
"""By who sends a ticket or an idea; one that is refused is none. A whole hamlet may sit behind one network."""

FOLLOW = Brake(
    kind="feedback-follow",
    sentence="Máy này hoặc mạng này vừa thử nhiều mã chưa đúng. Mời chờ {wait} rồi thử lại.",
    device=(Limit(most=10, within=timedelta(minutes=15)), Limit(most=40, within=timedelta(days=1))),
    network=(Limit(most=60, within=timedelta(minutes=15)), Limit(most=300, within=timedelta(days=1))),
)
"""By who tries codes of which there are none: of 47 random bits nobody finds one so."""
