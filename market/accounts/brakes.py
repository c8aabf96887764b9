"""How often people may sign in in vain, sign up, or try a code."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

CODE_LIFE = timedelta(minutes=10)
WRONG_CODE = "Mã chưa đúng hoặc đã hết hạn. Mời xin mã mới."

MOST_FAILURES = 5
TOO_MANY_FAILURES = (
    "Số này, máy này hoặc mạng này vừa thử sai nhiều lần. Mời chờ {wait} rồi thử lại, "
    "hoặc nhờ Tổ công nghệ số đặt lại mật khẩu."
)
_GUESSES = (Limit(most=MOST_FAILURES, within=timedelta(minutes=15)), Limit(most=20, within=timedelta(days=1)))

SIGN_IN = Brake(
    kind="sign-in",
    sentence=TOO_MANY_FAILURES,
    from_network=_GUESSES,
    limits=(Limit(most=30, within=timedelta(hours=1)), Limit(most=100, within=timedelta(days=1))),
    device=(Limit(most=20, within=timedelta(hours=1)),),
    network=(Limit(most=40, within=timedelta(minutes=15)),),
)
"""By phone, on devices on which the person meant has not signed in before.

A phone is closed to the network that it is guessed at from, so that the owner still gets in from another; over all
networks at 100 a day, as NIST SP 800-63B-4, 3.2.2 has it. A network is closed to new devices at 40 wrong passwords in a
quarter of an hour: where some 300 people of a village behind one carrier's address sign in anew in one evening, of whom
a third mistype once, that is three times what they need, and it stops who tries one password at 60 phones."""

SIGN_IN_ON_KNOWN_DEVICE = Brake(kind="sign-in-known-device", sentence=TOO_MANY_FAILURES, limits=_GUESSES)
"""By person and device together, where they have signed in before: strangers who guess do not shut an owner out of the
phone they use, and the person who has found that phone guesses 20 times a day."""

SIGN_UP = Brake(
    kind="sign-up",
    sentence="Số này, máy này hoặc mạng này vừa lập nhiều tài khoản. Mời chờ {wait}, hoặc nhờ Tổ công nghệ số giúp. "
    "Tài khoản đã có vẫn đăng nhập được.",
    from_network=(Limit(most=3, within=timedelta(days=1)),),
    limits=(Limit(most=10, within=timedelta(days=1)),),
    device=(Limit(most=20, within=timedelta(days=1)),),
    network=(Limit(most=60, within=timedelta(hours=1)),),
)
"""By phone. Three a day from one network leave two of the `MOST_UNPROVEN` to the owner of a phone with which a stranger
signs up. A helper's one tablet signs up a class of twenty; a village's evening, sixty an hour."""

USE_CODE = Brake(kind="one-time-code", limits=(Limit(most=5, within=CODE_LIFE),), sentence=WRONG_CODE)
"""By code. Past it, the right code is as wrong as any: nobody learns here which codes there are."""

GUESS_CODE = Brake(
    kind="one-time-code-guess",
    sentence="Máy này hoặc mạng này vừa thử nhiều mã chưa đúng. Mời chờ {wait} rồi thử lại.",
    device=(Limit(most=15, within=timedelta(hours=1)),),
    network=(Limit(most=60, within=timedelta(hours=1)),),
)
"""By who tries, whatever the code is tried at."""
