"""The commands of `flask --app wsgi`: each slice has its own; here are their list and those over all of them."""

import signal

import click
from flask import Flask, current_app

from market.accounts.checks import refuse_demo_people
from market.adoption import cli as adoption
from market.adoption import jobs as adoption_jobs
from market.base import cli as base
from market.base import processes
from market.base.attempts import FORGET_TRIES
from market.base.commands import PORT, as_json, command, say
from market.base.config import ROOT
from market.base.db import db
from market.base.doctor import CHECKS, Finding, examine
from market.base.errors import Refused
from market.base.jobs import Handler, PeriodicTask, Worker
from market.base.jobs.commands import JOBS
from market.base.loopback import HERE
from market.base.migrations import migrate
from market.base.patience import JOBS as JOBS_PATIENCE
from market.base.patience import limit_waits
from market.base.revisions import refuse_unknown_schema
from market.catalog import cli as catalog
from market.catalog import jobs as catalog_jobs
from market.channels import cli as channels
from market.notices import jobs as notices_jobs
from market.orders.jobs import FORGET_NETWORKS
from market.payments import cli as payments
from market.payments import jobs as payments_jobs
from market.places import cli as places
from market.seeding import cli as seeding
from market.sellers import cli as sellers
from market.sellers import jobs as sellers_jobs
from market.trace import cli as trace

HANDLERS: dict[str, Handler] = {
    **notices_jobs.handlers(),
    **catalog_jobs.HANDLERS,
    **sellers_jobs.HANDLERS,
    **payments_jobs.HANDLERS,
}
PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    FORGET_TRIES,
    FORGET_NETWORKS,
    *sellers_jobs.PERIODIC_TASKS,
    *payments_jobs.PERIODIC_TASKS,
    *adoption_jobs.PERIODIC_TASKS,
)

WEB_WORKERS = 2
MOST_WORKERS = 64


@command("work")
def work() -> None:
    """Do the waiting jobs, and what comes round, until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    refuse_unknown_schema()
    refuse_demo_people(app.config["CHOSO"])
    limit_waits(db.engine, JOBS_PATIENCE)
    worker = Worker(app, HANDLERS, PERIODIC_TASKS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    worker.run()


@command("serve")
@click.option("--host", default=HERE, show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), default=WEB_WORKERS, show_default=True)
def serve(*, host: str, port: int, workers: int) -> None:
    """Run the web process on this machine with the jobs process beside it; both end together."""
    refuse_unknown_schema()
    raise SystemExit(processes.run_together([processes.web_command(port, workers, host), processes.jobs_command()]))


@command("doctor")
@as_json
def doctor(*, as_json: bool) -> None:
    """Say what is wrong with this installation and how to fix it."""
    findings = examine(current_app.extensions[CHECKS])
    is_ok = all(finding.is_ok for finding in findings)
    answer = {"ok": is_ok, "findings": [_fields(finding) for finding in findings]}
    say(answer, "\n".join(_line(finding) for finding in findings), as_json=as_json)
    if not is_ok:
        raise Refused("not_well", "Có chỗ cần sửa, xem ở trên.")


def _fields(finding: Finding) -> dict[str, object]:
    """As `--json` has named them since its first release."""
    return {"name": finding.name, "is_well": finding.is_ok, "says": finding.says, "mend": finding.fix}


def _line(finding: Finding) -> str:
    if finding.is_ok:
        return f"  tốt  {finding.name}: {finding.says}"
    return f"  SỬA  {finding.name}: {finding.says}\n       {finding.fix}"


COMMANDS: tuple[click.Command, ...] = (
    *base.COMMANDS,
    work,
    serve,
    doctor,
    JOBS,
    *places.COMMANDS,
    *sellers.COMMANDS,
    *catalog.COMMANDS,
    *trace.COMMANDS,
    *channels.COMMANDS,
    *payments.COMMANDS,
    *adoption.COMMANDS,
    *seeding.COMMANDS,
)


def register(app: Flask) -> None:
    """Add every command to the application, and the migrations that some of them run."""
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    for one in COMMANDS:
        app.cli.add_command(one)
