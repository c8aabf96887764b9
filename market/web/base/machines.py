"""Pages for other machines: static files, whether the market does its work, and figures for a monitor of the house."""

from pathlib import Path

from flask import Flask, Response, abort, jsonify, request, send_from_directory

from market.base.config import current_settings
from market.base.db import reading
from market.base.doctor import JOB_MAY_WAIT
from market.base.health import Pulse, free_bytes, places
from market.base.jobs.queue import count_dead, count_late
from market.base.jobs.worker import count_workers
from market.base.loopback import is_loopback
from market.base.outages import AGAIN_AFTER
from market.base.seals import seal_opens
from market.web.base.caching import YEAR_SECONDS, public_for

FIGURES = "text/plain; version=0.0.4"
"""The text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats)."""


def add_machine_pages(app: Flask) -> None:
    static = Path(app.root_path) / "static"
    pulse = Pulse()

    @app.get("/static/<path:filename>", endpoint="static")
    @public_for(YEAR_SECONDS, is_fixed=True)
    def static_file(filename: str) -> Response:
        return send_from_directory(static, filename)

    @app.get("/sw.js")
    def service_worker() -> Response:
        """At the root, since a worker serves the pages beneath its own address alone. Browsers ask anew at least daily,
        and nobody keeps it in between."""
        return send_from_directory(static, "js/push-worker.js", mimetype="text/javascript")

    @app.get("/healthz")
    def healthz() -> Response:
        if wrong := _failing(pulse):
            return _failed(wrong)
        return jsonify(status="ok")

    @app.get("/metrics")
    def metrics() -> Response:
        """For who asks this process itself, on its own machine: not what a reverse proxy passes on."""
        if not is_loopback(request.remote_addr or "") or "X-Forwarded-For" in request.headers:
            abort(404)
        return Response("".join(_figures(_failing(pulse))), content_type=FIGURES)


def _failing(pulse: Pulse) -> list[str]:
    """What does not do its work, the data keys among it: they must open what was sealed."""
    wrong = pulse.failing(current_settings())
    return wrong if "database" in wrong or seal_opens() else [*wrong, "keys"]


def _failed(wrong: list[str]) -> Response:
    answer = jsonify(status="failed", failed=wrong)
    answer.status_code = 503
    answer.headers["Retry-After"] = f"{AGAIN_AFTER.total_seconds():.0f}"
    return answer


def _figures(wrong: list[str]) -> list[str]:
    works = {name: int(name not in wrong) for name in ("database", "storage", "keys")}
    figures = {f'choso_works{{part="{name}"}}': figure for name, figure in works.items()}
    if works["storage"]:
        free = {name: free_bytes(folder) for name, folder in places(current_settings()).items()}
        figures |= {f'choso_free_bytes{{place="{name}"}}': left for name, left in free.items()}
    if works["database"]:
        jobs = {"late": count_late(reading(), JOB_MAY_WAIT), "dead": count_dead(reading())}
        figures |= {f'choso_jobs{{state="{name}"}}': count for name, count in jobs.items()}
        figures["choso_workers"] = count_workers(reading())
    return [f"{name} {figure}\n" for name, figure in figures.items()]
