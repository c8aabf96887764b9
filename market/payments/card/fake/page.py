"""The page at which the fake gateway's sessions are paid: no card is typed, a button says how it went."""

from jinja2 import Environment

from market.payments.card.fake.books import FakeSession
from market.values.money import Dong, format_dong

_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
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
<body>
  <main>
    <h1>Trang trả thẻ để thử</h1>
    <p>Không có tiền thật, không gõ số thẻ nào. Bấm một nút để xem chợ làm gì.</p>
    <p><strong>{{ session.name }}: {{ amount }}</strong></p>
    {% if sentence %}<p role="alert">{{ sentence }}</p>{% endif %}
    {% if session.status == "open" %}
    <form method="post" action="/trang/{{ session.id }}">
      <button name="the" value="tra">Trả {{ amount }}</button>
      <button name="the" value="tu_choi">Thẻ bị từ chối</button>
    </form>
    {% if session.cancel_url %}<a href="{{ session.cancel_url }}">Thôi, quay lại chợ</a>{% endif %}
    {% else %}
    <p>Lượt trả này đã xong hoặc đã hết giờ.</p>
    <a href="{{ session.success_url }}">Quay lại chợ</a>
    {% endif %}
  </main>
</body>
</html>
""")


def page_of(session: FakeSession, sentence: str = "") -> str:
    """The session's page, with a sentence about the card just tried."""
    return _PAGE.render(session=session, amount=format_dong(Dong(session.amount)), sentence=sentence)
