"""The checker of pages sees what a page must not have."""

import pytest

from tests.pages import faults_of

GOOD = """<!doctype html><html lang="vi"><head><title>Rau sạch · Chợ số</title>
<script type="module" src="/static/js/app.js"></script>
<script type="application/ld+json">{"@type": "Product"}</script></head>
<body><h1>Rau sạch</h1><main>
<form method="post" action="/gio-hang"><input type="hidden" name="csrf_token" value="x">
<label for="so">Số lượng</label>
<input id="so" name="so" inputmode="decimal" aria-describedby="so-hint"><p id="so-hint">Ví dụ 2</p>
<label>Ghi chú <textarea name="ghi"></textarea></label><button>Thêm</button></form>
<a href="/tim"><img src="/a.webp" alt="Tìm"></a></main></body></html>"""

FAULTS = {
    'lang="vi"': ('lang="vi"', 'lang="en"'),
    "no title of its own": ("<title>Rau sạch", "<title>"),
    "0 h1": ("<h1>Rau sạch</h1>", ""),
    "exactly one main": ("<main>", "<div>"),
    "an inline script": ('src="/static/js/app.js"', ""),
    "an inline style": ("<h1>", '<h1 style="color: red">'),
    "an inline handler": ("<button>", '<button onclick="go()">'),
    "a javascript: address": ('href="/tim"', 'href="javascript:go()"'),
    "a form without an action": ('action="/gio-hang"', ""),
    "a POST form without its CSRF field": ('name="csrf_token"', 'name="token"'),
    "a GET form that shows": ('method="post"', 'method="get"'),
    "cannot send its file": ('id="so" name="so"', 'id="so" name="so" type="file"'),
    "a field without a label": ('<label for="so">Số lượng</label>', ""),
    "opens the keyboard of letters": (' inputmode="decimal"', ""),
    "nothing to read on <button>": ("Thêm", ""),
    "nothing to read on <a": ('alt="Tìm"', 'alt=""'),
    "a link to nowhere": ('href="/tim"', 'href="#"'),
    "a picture without alt": ('alt="Tìm"', ""),
    "stands twice": ('<p id="so-hint">', '<p id="so-hint"></p><p id="so-hint">'),
    "which is not there": ('<p id="so-hint">', "<p>"),
    "no icon named": ("Thêm", '<svg><use href="/static/img/icons.svg#unicorn"/></svg>Thêm'),
}


def test_a_good_page_passes() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(("fault", "change"), FAULTS.items(), ids=FAULTS)
def test_a_fault_is_seen(fault: str, change: tuple[str, str]) -> None:
    assert change[0] in GOOD
    assert any(fault in found for found in faults_of(GOOD.replace(*change, 1)))
