"""What every answer of the market carries, and what it never lets in."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient

from market.app import create_app
from market.base.config import MEGABYTE, Settings
from market.base.db import db
from market.base.errors import Conflict, NotAllowed, NotFound, Refused, TooManyTries
from market.base.logs import JsonLines
from market.web.base.error_pages import NOTHING_KEPT, SENTENCES
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.services.applications import new
from tests.services.databases import settings_for

PAGE = "/dang-nhap"


def test_every_answer_carries_the_headers_of_the_house(client: FlaskClient, cast: Cast) -> None:
    for path in (PAGE, "/healthz", "/khong-co-trang-nay"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Server" not in headers
        assert "Strict-Transport-Security" not in headers


@pytest.fixture
def own_app(database_url: str, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    """An application of one test's own, which may have more pages."""
    app = new(settings_for(database_url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def production(app: Flask, **more: object) -> Flask:
    settings: Settings = app.config["CHOSO"]
    return create_app(
        Settings(
            env="production",
            secret_key="s" * 40,
            data_keys="k:" + "k" * 32,
            base_url="https://cho.test",
            database_url=settings.database_url,
            storage_url=settings.storage_url,
            **more,
        )
    )


def test_production_speaks_https_only(app: Flask, cast: Cast) -> None:
    answer = production(app).test_client().get(PAGE, base_url="https://cho.test")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


@pytest.mark.parametrize("host", ["evil.test", "cho.test.evil.test", "cho.test@evil.test", "169.254.169.254"])
def test_a_foreign_host_is_refused(client: FlaskClient, cast: Cast, host: str) -> None:
    answer = client.get(PAGE, headers={"Host": host})
    assert answer.status_code == 421
    assert "không phải chợ của xã nào" in answer.text


def test_production_does_not_answer_as_localhost(app: Flask, cast: Cast) -> None:
    assert production(app).test_client().get(PAGE, base_url="https://localhost").status_code == 421


def test_a_forwarded_address_counts_only_from_a_named_proxy(app: Flask, cast: Cast) -> None:
    seen: list[str | None] = []

    def remember() -> None:
        seen.append(request.remote_addr)

    for hops in (0, 1):
        served = production(app, proxy_hops=hops)
        served.before_request(remember)
        forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "cho.test"}
        served.test_client().get(PAGE, base_url="https://cho.test", headers=forwarded)
    assert seen == ["127.0.0.1", "203.0.113.7"]


def test_a_slash_too_many_leads_to_the_same_page(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/dang-nhap/").status_code == 200
    assert client.get("/tim/?q=gao").status_code == 200
    assert client.get("/dang-nhap/x/").status_code == 404


def test_a_body_over_the_limit_is_refused_kindly(client: FlaskClient, cast: Cast) -> None:
    kind = "application/x-www-form-urlencoded"
    here = {"Referer": "http://localhost/dang-nhap?tiep=/don"}
    answer = client.post(PAGE, data=b"x" * (17 * MEGABYTE), content_type=kind, headers=here)
    assert answer.status_code == 413
    assert "nặng 17 MB, trang này nhận tới 1 MB" in answer.text
    assert NOTHING_KEPT in answer.text
    assert f'href="{PAGE}"' in answer.text
    assert "Mở lại trang đó" in answer.text


@pytest.mark.parametrize("before", ["http://evil.test/dang-nhap", "http://localhost/", ""])
def test_the_way_back_from_too_much_leads_nowhere_else(client: FlaskClient, cast: Cast, before: str) -> None:
    answer = client.post(PAGE, data={"phone": "9" * (2 * MEGABYTE)}, headers={"Referer": before})
    assert answer.status_code == 413
    assert "Mở lại trang đó" not in answer.text


def test_files_over_the_limit_are_refused_with_the_limit(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    parts = b"--b\r\n" + b"x" * (17 * MEGABYTE)
    kind = "multipart/form-data; boundary=b"
    answer = client.post("/ban-hang/rau-ba-lan/kenh/shopee/mau", data=parts, content_type=kind)
    assert answer.status_code == 413
    assert "trang này nhận tới 16 MB" in answer.text
    assert "Về Hôm nay" in answer.text


def test_one_field_over_the_limit_is_refused(client: FlaskClient, cast: Cast) -> None:
    assert client.post(PAGE, data={"phone": "9" * (2 * MEGABYTE)}).status_code == 413


def test_a_form_of_a_thousand_parts_is_refused(client: FlaskClient, cast: Cast) -> None:
    parts = {f"field{number}": "x" for number in range(1000)}
    answer = client.post(PAGE, data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "nhiều chữ hoặc nhiều ô quá" in answer.text


def test_a_request_has_an_id_that_the_log_and_the_answer_share(
    client: FlaskClient, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines())
    with caplog.at_level(logging.INFO, "market.request"):
        given = client.get(f"{PAGE}?tiep=/bi-mat", headers={"X-Request-ID": "abcdef-123456"})
        made = client.get(PAGE, headers={"X-Request-ID": "không \t hợp lệ".encode().decode("latin-1")})
    assert given.headers["X-Request-ID"] == "abcdef-123456"
    assert re.fullmatch(r"[0-9a-f]{16}", made.headers["X-Request-ID"])
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    assert [line["endpoint"] for line in lines] == ["account.sign_in", "account.sign_in"]
    assert lines[0]["status"] == 200
    assert "bi-mat" not in caplog.text


def test_logs_hold_no_personal_data(client: FlaskClient, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(JsonLines())
    with caplog.at_level(logging.INFO):
        client.post(PAGE, data={"phone": "0900 000 011", "password": "sai-mat-khau"})
    assert caplog.text
    for secret in ("0900", "sai-mat-khau", "127.0.0.1"):
        assert secret not in caplog.text


def test_a_crash_is_logged_by_place_and_shown_as_a_sentence(
    own_app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    @own_app.get("/hong")
    def broken() -> str:
        raise RuntimeError("số 0900 000 011")

    own_app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    caplog.handler.setFormatter(JsonLines())
    answer = own_app.test_client().get("/hong")
    assert answer.status_code == 500
    assert SENTENCES[500] in answer.text
    line = next(json.loads(line) for line in caplog.text.splitlines() if "exception" in line)
    assert line["exception"] == "RuntimeError"
    assert any("test_web.py" in place for place in line["trace"])
    assert "0900" not in caplog.text


@pytest.mark.parametrize("status", [403, 404, 405, 429])
def test_an_http_error_is_a_sentence(own_app: Flask, cast: Cast, status: int) -> None:
    @own_app.get("/loi")
    def fails() -> None:
        abort(status)

    answer = own_app.test_client().get("/loi")
    assert answer.status_code == status
    assert SENTENCES[status] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


REFUSALS = {
    Refused("out_of_stock", "Hết hàng: còn 3 kg."): 422,
    NotFound(): 404,
    NotAllowed("office_only", "Việc này của văn phòng."): 403,
    Conflict("wrong_step", "Người khác vừa nhận đơn này."): 409,
    TooManyTries("Mời chờ {wait} rồi thử lại.", wait=timedelta(seconds=61.5)): 429,
}


@pytest.mark.parametrize(("refusal", "status"), REFUSALS.items(), ids=lambda value: type(value).__name__)
def test_a_refusal_is_its_own_sentence(own_app: Flask, cast: Cast, refusal: Refused, status: int) -> None:
    @own_app.get("/tu-choi")
    def refuses() -> None:
        raise refusal

    answer = own_app.test_client().get("/tu-choi")
    assert answer.status_code == status
    assert refusal.sentence in answer.text
    assert answer.headers["X-Refused"] == refusal.code
    assert answer.headers.get("Retry-After") == ("62" if status == 429 else None)


def test_a_page_before_that_is_no_address_takes_no_error_page_away(app: Flask, client: FlaskClient, cast: Cast) -> None:
    """A Referer that cannot be read made a fault of the program of each refusal."""
    app.config["WTF_CSRF_ENABLED"] = True
    for before in ("http://[::1", "http://[", "//[x"):
        assert client.post("/dat-hang/gui", headers={"Referer": before}).status_code == 400


def test_healthz_says_that_rows_and_files_are_kept(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_figures_are_for_this_machine_alone(client: FlaskClient) -> None:
    """office.md 14: /metrics 404."""
    told = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[:1] != "#")
    assert told['choso_works{part="database"}'] == told['choso_works{part="storage"}'] == "1"
    assert told['choso_jobs{state="late"}'] == told['choso_jobs{state="dead"}'] == told["choso_workers"] == "0"
    assert int(told['choso_free_bytes{place="storage"}']) > 0
    passed_on = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    elsewhere = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.7"})
    assert (passed_on.status_code, elsewhere.status_code) == (404, 404)


def test_static_files_keep_for_a_year(client: FlaskClient) -> None:
    with client.get("/static/css/choso.css") as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert client.get("/static/../app.py").status_code == 404


@pytest.fixture
def guarded(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def test_a_post_without_its_token_is_told_to_reload(guarded: FlaskClient, cast: Cast) -> None:
    here = {"Referer": f"http://localhost{PAGE}"}
    answer = guarded.post(PAGE, data={"phone": "0900 000 011", "password": "x"}, headers=here)
    assert answer.status_code == 400
    assert "tải lại trang" in answer.text
    assert "Mở lại trang đó" in answer.text


def test_a_token_of_the_page_lets_the_form_through(guarded: FlaskClient, cast: Cast) -> None:
    page = guarded.get(PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = guarded.post(PAGE, data={"phone": "0900 000 011", "password": "x", "csrf_token": token[1]})
    assert answer.status_code == 422


def test_another_visitor_s_token_does_not_help(app: Flask, guarded: FlaskClient, cast: Cast) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', app.test_client().get(PAGE).text)
    assert token
    guarded.get(PAGE)
    assert guarded.post(PAGE, data={"csrf_token": token[1]}).status_code == 400
