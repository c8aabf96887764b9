"""How often a stall may send what takes long to look at."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

UPLOAD = Brake(
    kind="upload",
    sentence="Gian hàng vừa gửi nhiều ảnh hoặc tệp liền nhau. Những gì đã điền vẫn còn. Mời chờ {wait} rồi gửi tiếp.",
    limits=(Limit(most=60, within=timedelta(minutes=10)),),
)
"""By stall, beside the day's quota of pictures: each may take a second of a worker, and an album is some thirty."""
