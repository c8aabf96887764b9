"""How often somebody may ask the office for a business, or look for one in its register."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

CLAIM = Brake(
    kind="claim",
    sentence="Bạn vừa gửi xã nhiều lần, nên lần này chưa gửi. Mời chờ {wait}, hoặc gọi cán bộ xã nếu cần gấp.",
    limits=(Limit(most=10, within=timedelta(hours=1)), Limit(most=20, within=timedelta(days=1))),
    device=(Limit(most=20, within=timedelta(days=1)),),
    network=(Limit(most=60, within=timedelta(days=1)),),
)
"""By person, pressed again or proposed; how many claims may wait and be made a day, `claims.py` says. A helper's tablet
enters a hamlet's, one after the other."""

LOOK_UP = Brake(
    kind="register-look-up",
    sentence="Bạn vừa tìm trong sổ hộ nhiều lần. Mời chờ {wait} rồi tìm tiếp.",
    limits=(Limit(most=30, within=timedelta(minutes=10)), Limit(most=150, within=timedelta(days=1))),
    device=(Limit(most=200, within=timedelta(days=1)),),
)
"""By person: enough to find one's own, too few to copy the register."""

PRIVATE_UPLOAD = Brake(
    kind="private-upload",
    sentence="Bạn vừa gửi nhiều ảnh liền nhau. Những gì đã điền vẫn còn. Mời chờ {wait} rồi gửi tiếp.",
    limits=(Limit(most=20, within=timedelta(minutes=10)), Limit(most=60, within=timedelta(days=1))),
)
"""By person, who has no stall yet: enough for papers and some twenty goods."""
