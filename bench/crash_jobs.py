"""The jobs process of `bench.crash`: the market's own, going slowly, so that a kill lands between a job's steps."""

import random
import signal
import time

from sqlalchemy import Connection, Engine, event, text

from market.app import create_app
from market.base.db import db, transaction
from market.base.jobs import Handler, Payload, Worker
from market.base.patience import JOBS, limit_waits
from market.cli import HANDLERS, PERIODIC_TASKS

KIND = "bench_steps"
STEPS = 4
LONGEST_PAUSE = 0.15
"""Seconds that a transaction is held at most before it is committed, and that pass before the next one begins."""
TABLES = (
    "CREATE TABLE bench_step (job BIGINT, step BIGINT, PRIMARY KEY (job, step))",
    "CREATE TABLE bench_total (done BIGINT NOT NULL)",
    "INSERT INTO bench_total VALUES (0)",
)


def do_steps(payload: Payload) -> None:
    """Count each step of a job once, in a transaction of its own; those of a try that was killed are not done anew."""
    for step in range(STEPS):
        with transaction() as session:
            known = "INSERT INTO bench_step VALUES (:job, :step) ON CONFLICT DO NOTHING RETURNING step"
            if session.execute(text(known), {"job": payload["number"], "step": step}).first():
                session.execute(text("UPDATE bench_total SET done = done + 1"))


def slow_down() -> None:
    """Have every transaction of this process take its time, before its end and after it."""

    def linger(_connection: Connection) -> None:
        time.sleep(random.random() * LONGEST_PAUSE)

    for moment in ("begin", "commit"):
        event.listen(Engine, moment, linger)


def main() -> None:
    app = create_app()
    with app.app_context():
        limit_waits(db.engine, JOBS)
    slow_down()
    worker = Worker(app, HANDLERS | {KIND: Handler(do=do_steps, threads=3)}, PERIODIC_TASKS)
    signal.signal(signal.SIGTERM, worker.stop)
    worker.run()


if __name__ == "__main__":
    main()
