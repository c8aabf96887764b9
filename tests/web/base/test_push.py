"""The service worker: served at the root, kept by nobody, allowed by the headers of every page."""

from flask.testing import FlaskClient

from tests.cast import Cast


def test_the_worker_is_served_for_the_whole_site_and_kept_by_nobody(client: FlaskClient, cast: Cast) -> None:
    with client.get("/sw.js") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert 'addEventListener("push"' in answer.text
        assert 'addEventListener("fetch"' not in answer.text, "it answers no page's requests"


def test_a_page_may_start_the_worker(client: FlaskClient, cast: Cast) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "worker-src" not in policy, "what is said of no worker falls back on default-src"
