"""The pages of the fake gateway: no card is typed, a button says how it went."""

from collections.abc import Mapping

from jinja2 import Environment

from market.payments.card.fake.books import FakeIntent, FakeSession
from market.payments.card.fake.intents import CHALLENGE, DECLINED, NEEDS_ACTION, VISA
from market.values.money import Dong, format_dong

BUTTONS: Mapping[str, tuple[str, str]] = {
    "tra": (VISA, "Trả {amount}"),
    "xac_thuc": (NEEDS_ACTION, "Trả, ngân hàng hỏi lại chủ thẻ"),
    "tu_choi": (DECLINED, "Thẻ bị từ chối"),
    "thieu_tien": (f"{DECLINED}InsufficientFunds", "Thẻ không đủ tiền"),
    "het_han": (f"{DECLINED}ExpiredCard", "Thẻ hết hạn"),
    "sai_cvc": (f"{DECLINED}IncorrectCvc", "Sai ba số mặt sau"),
    "truc_trac": (f"{DECLINED}ProcessingError", "Ngân hàng trục trặc"),
}
"""The card that each button of a session's page stands for, and what it says."""
_ENVIRONMENT = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_HEAD = """\
<!doctype html>
<html lang="vi">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Trang trả thẻ để thử</title>
  <style>
    body { max-width: 26rem; margin: 0 auto; padding: 1rem; font: 17px/1.5 system-ui, sans-serif; }
    button, a { display: block; box-sizing: border-box; width: 100%; margin: .75rem 0; padding: .8rem; font: inherit;
      text-align: center; border: 1px solid; border-radius: 12px; background: none; color: inherit; }
  </style>
</head>
"""
_PAGE = _ENVIRONMENT.from_string(
    _HEAD
    + """\
<body>
  <main>
    <h1>Trang trả thẻ để thử</h1>
    <p>Không có tiền thật, không gõ số thẻ nào. Bấm một nút để xem chợ làm gì.</p>
    <p><strong>{{ session.name }}: {{ amount }}</strong></p>
    {% if sentence %}<p role="alert">{{ sentence }}</p>{% endif %}
    {% if session.status == "open" %}
    <form method="post" action="/trang/{{ session.id }}">
      {% for name, text in buttons %}
      <button name="the" value="{{ name }}">{{ text }}</button>
      {% endfor %}
    </form>
    {% if session.cancel_url %}<a href="{{ session.cancel_url }}">Thôi, quay lại chợ</a>{% endif %}
    {% else %}
    <p>Lượt trả này đã xong hoặc đã hết giờ.</p>
    <a href="{{ session.success_url }}">Quay lại chợ</a>
    {% endif %}
  </main>
</body>
</html>
"""
)
_CHALLENGE = _ENVIRONMENT.from_string(
    _HEAD
    + """\
<body>
  <main>
    <h1>Ngân hàng để thử hỏi chủ thẻ</h1>
    <p>Có phải bạn đang trả <strong>{{ amount }}</strong> không? Không có tiền thật.</p>
    {% if intent.status == "requires_action" %}
    <form method="post" action="/{{ challenge }}/{{ intent.id }}">
      <button name="xac_nhan" value="phai">Phải, tôi trả</button>
      <button name="xac_nhan" value="khong">Không phải tôi</button>
    </form>
    {% else %}
    <p>Lượt hỏi này đã xong.</p>
    {% endif %}
  </main>
</body>
</html>
"""
)


def page_of(session: FakeSession, sentence: str = "") -> str:
    """The session's page, with a sentence about the card just tried."""
    amount = format_dong(Dong(session.amount))
    buttons = [(name, text.format(amount=amount)) for name, (_, text) in BUTTONS.items()]
    return _PAGE.render(session=session, amount=amount, sentence=sentence, buttons=buttons)


def challenge_of(intent: FakeIntent) -> str:
    """The page at which a card's holder answers their bank."""
    return _CHALLENGE.render(intent=intent, amount=format_dong(Dong(intent.amount)), challenge=CHALLENGE)
