"""The nginx file that is shipped: nginx takes it as written, and what it promises holds."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from market.base.config import ROOT
from tests.services import nginx
from tests.services.nginx import HOST, Nginx


class Market(BaseHTTPRequestHandler):
    """Answers every page at once."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Market) as server:
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        with nginx.serving(tmp_path_factory.mktemp("nginx"), server.server_port) as front:
            yield front
        server.shutdown()


def get(front: Nginx, *paths: str, newest: ssl.TLSVersion | None = None) -> list[tuple[HTTPResponse, str]]:
    """The answers to requests on one connection, with what each said."""
    return [(answer, said.decode()) for answer, said in get_bytes(front, *paths, newest=newest)]


def get_bytes(
    front: Nginx, *paths: str, newest: ssl.TLSVersion | None = None, **more: str
) -> list[tuple[HTTPResponse, bytes]]:
    """The same as it goes over the network; `more` are headers that are sent."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if newest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = newest
    answers = []
    with closing(HTTPSConnection("127.0.0.1", front.https, context=context, timeout=10)) as connection:
        for path in paths:
            headers = {"Host": HOST, "Referer": f"https://{HOST}/tim?q=0912345678"} | more
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answers.append((answer, answer.read()))
    return answers


def test_nginx_takes_the_file_as_it_is_shipped(tmp_path: Path) -> None:
    """office.md 10: the directive `http2` is unknown to Debian 12's nginx."""
    assert "http2 on" not in nginx.SHIPPED.read_text("utf-8")
    assert "test is successful" in nginx.check(tmp_path)


def test_everything_goes_by_https_and_says_so(front: Nginx) -> None:
    with closing(HTTPConnection("127.0.0.1", front.http, timeout=10)) as plain:
        plain.request("GET", "/gio-hang?tu=1", headers={"Host": HOST})
        assert plain.getresponse().getheader("Location") == f"https://{HOST}/gio-hang?tu=1"
    [(style, _)] = get(front, "/static/css/choso.css")
    assert style.status == 200
    assert style.getheader("Strict-Transport-Security") == "max-age=31536000"
    assert style.getheader("X-Content-Type-Options") == "nosniff"
    assert "nginx/" not in (style.getheader("Server") or "")


PACKED = ("css/choso.css", "js/app.js", "js/kept.js", "js/steppers.js", "img/icons.svg", "img/kinds.svg")


@pytest.mark.parametrize("name", PACKED)
def test_what_every_page_waits_for_comes_packed_well(front: Nginx, name: str) -> None:
    """nginx's own level of 1 sends a fourth more of the style, before which nothing is shown."""
    content = (ROOT / "market" / "static" / name).read_bytes()
    [(answer, packed)] = get_bytes(front, f"/static/{name}", **{"Accept-Encoding": "gzip"})
    assert answer.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(packed) == content
    assert len(packed) <= len(gzip.compress(content, 5)) * 1.02


def test_a_certificate_is_renewed_without_https(front: Nginx) -> None:
    """office.md 10: the file stood in the way of the certificates that it names."""
    word = front.log.parent / "www" / ".well-known" / "acme-challenge" / "word"
    word.parent.mkdir(parents=True)
    word.write_text("said", "ascii")
    with closing(HTTPConnection("127.0.0.1", front.http, timeout=10)) as plain:
        plain.request("GET", "/.well-known/acme-challenge/word", headers={"Host": HOST})
        answer = plain.getresponse()
        assert (answer.status, answer.read()) == (200, b"said")


def test_what_machines_of_the_house_read_is_not_passed_on(front: Nginx) -> None:
    assert get(front, "/metrics")[0][0].status == 404


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(front: Nginx) -> None:
    assert get(front, "/", newest=ssl.TLSVersion.TLSv1_2)[0][0].status == 200
    with pytest.raises((ssl.SSLError, ConnectionError)):
        get(front, "/", newest=ssl.TLSVersion.TLSv1_1)


def test_no_log_holds_what_was_typed_nor_a_key(front: Nginx) -> None:
    get(front, "/tim?q=0912345678", "/tra-loi/DS7K2M9PM/KEYKEYKEY", "/webhook/sepay/SECRETSECRET")
    logged = front.log.read_text("utf-8")
    assert " /tim 200 " in logged
    assert not [one for one in ("0912345678", "KEYKEYKEY", "SECRETSECRET", "?") if one in logged]


def test_one_address_that_floods_is_told_to_wait(front: Nginx) -> None:
    """A page has a dozen files, and a village one address: hundreds at once pass, thousands do not."""
    answers = get(front, *["/"] * 900)
    assert {one.status for one, _ in answers[:300]} == {200}
    refused, said = next((one, said) for one, said in answers if one.status == 429)
    assert refused.getheader("Retry-After") == "5"
    assert "Mời chờ 5 giây" in said


def test_while_the_market_starts_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with nginx.serving(tmp_path, nobody.getsockname()[1]) as front:
            for path in ("/dang-nhap", "/", "/anh/khong-co.webp"):
                [(answer, said)] = get(front, path)
                assert (answer.status, answer.getheader("Retry-After")) == (503, "30"), path
                assert "Chợ chưa trả lời" in said
