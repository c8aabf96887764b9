"""The commands of `flask --app wsgi`: each slice has its own; here are their list and those over all of them."""

import logging
import signal
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import click
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from market.accounts import retention as accounts_retention
from market.accounts.checks import refuse_demo_people
from market.adoption import cli as adoption
from market.adoption import exporting as kpi_list
from market.adoption import jobs as adoption_jobs
from market.adoption import retention as adoption_retention
from market.base import cli as base
from market.base import clock, processes, retention
from market.base.attempts import FORGET_TRIES
from market.base.commands import PORT, as_json, command, say
from market.base.config import ROOT
from market.base.db import db, reading
from market.base.doctor import CHECKS, Finding, examine, failed, ok
from market.base.errors import Refused
from market.base.garbage import freeze_what_is_loaded
from market.base.half_written import DROP_HALF_WRITTEN
from market.base.jobs import Handler, PeriodicTask, Worker
from market.base.jobs.commands import JOBS
from market.base.jobs.long_tasks import LONG_TASK, LOOK_AFTER_TASKS, LongWork, long_task_handler
from market.base.logs import fault_of
from market.base.loopback import HERE
from market.base.migrations import migrate
from market.base.outages import Outage, outage_of
from market.base.patience import JOBS as JOBS_PATIENCE
from market.base.patience import limit_waits
from market.base.revisions import refuse_unknown_schema
from market.base.seals import keep_seal
from market.base.statistics import COUNT_ROWS
from market.catalog import cli as catalog
from market.catalog import jobs as catalog_jobs
from market.catalog import retention as catalog_retention
from market.channels import cli as channels
from market.channels import exporting
from market.channels import retention as channels_retention
from market.communes import cli as communes
from market.communes import jobs as communes_jobs
from market.communes import retention as communes_retention
from market.feedback import jobs as feedback_jobs
from market.feedback import retention as feedback_retention
from market.notices import cli as notices
from market.notices import jobs as notices_jobs
from market.notices import retention as notices_retention
from market.orders import jobs as orders_jobs
from market.orders import retention as orders_retention
from market.outreach import jobs as outreach_jobs
from market.outreach import retention as outreach_retention
from market.payments import cli as payments
from market.payments import importing as statements
from market.payments import jobs as payments_jobs
from market.payments import retention as payments_retention
from market.places import retention as places_retention
from market.seeding import cli as seeding
from market.sellers import cli as sellers
from market.sellers import importing
from market.sellers import jobs as sellers_jobs
from market.sellers import retention as sellers_retention
from market.trace import cli as trace
from market.trace import retention as trace_retention
from market.trace import sheets

log = logging.getLogger(__name__)

LONG_WORKS: dict[str, LongWork] = {
    **importing.LONG_WORKS,
    **statements.LONG_WORKS,
    **sheets.LONG_WORKS,
    **exporting.LONG_WORKS,
    **kpi_list.LONG_WORKS,
}
HANDLERS: dict[str, Handler] = {
    **notices_jobs.handlers(),
    **catalog_jobs.HANDLERS,
    **sellers_jobs.HANDLERS,
    **orders_jobs.HANDLERS,
    **payments_jobs.HANDLERS,
    **feedback_jobs.HANDLERS,
    LONG_TASK: long_task_handler(LONG_WORKS),
}
RETENTION: tuple[retention.Rule, ...] = (
    *retention.RULES,
    *places_retention.RULES,
    *notices_retention.RULES,
    *accounts_retention.RULES,
    *sellers_retention.RULES,
    *catalog_retention.RULES,
    *trace_retention.RULES,
    *orders_retention.RULES,
    *payments_retention.RULES,
    *channels_retention.RULES,
    *adoption_retention.RULES,
    *outreach_retention.RULES,
    *feedback_retention.RULES,
    *communes_retention.RULES,
)
"""How long each table's rows are kept."""


def forget_old(now: datetime) -> dict[str, int]:
    return retention.apply_rules(RETENTION, now)


PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    FORGET_TRIES,
    DROP_HALF_WRITTEN,
    COUNT_ROWS,
    orders_jobs.FORGET_NETWORKS,
    orders_jobs.REMIND_STALLS,
    orders_jobs.FORGET_COMPLAINT_PHOTOS,
    PeriodicTask(name="forget what is old", every=timedelta(days=1), do=forget_old, limit=timedelta(hours=1)),
    LOOK_AFTER_TASKS,
    *notices_jobs.PERIODIC_TASKS,
    *sellers_jobs.PERIODIC_TASKS,
    *catalog_jobs.PERIODIC_TASKS,
    *payments_jobs.PERIODIC_TASKS,
    *adoption_jobs.PERIODIC_TASKS,
    *outreach_jobs.PERIODIC_TASKS,
    *feedback_jobs.PERIODIC_TASKS,
    *communes_jobs.PERIODIC_TASKS,
)

WAIT_SECONDS = 5
WEB_WORKERS = 2
MOST_WORKERS = 64


@command("work")
def work() -> None:
    """Do the waiting jobs, and what comes round, until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    limit_waits(db.engine, JOBS_PATIENCE)
    _wait_for_database()
    refuse_demo_people(app.config["CHOSO"])
    keep_seal()
    worker = Worker(app, HANDLERS, PERIODIC_TASKS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    freeze_what_is_loaded()
    worker.run()


def _wait_for_database() -> None:
    """Until it answers: who started this gives up on what ends again and again. Refused where it does not suit."""
    while True:
        try:
            return refuse_unknown_schema()
        except SQLAlchemyError as error:
            if outage_of(error) is not Outage.AWAY:
                raise
            log.warning("the database does not answer", extra={"fault": fault_of(error)})
            time.sleep(WAIT_SECONDS)


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
    findings = examine([*current_app.extensions[CHECKS], ("retention", _retention)])
    is_ok = all(finding.is_ok for finding in findings)
    answer = {"ok": is_ok, "findings": [_fields(finding) for finding in findings]}
    say(answer, "\n".join(_line(finding) for finding in findings), as_json=as_json)
    if not is_ok:
        raise Refused("not_well", "Có chỗ cần sửa, xem ở trên.")


def _retention() -> Finding:
    late = retention.overdue(reading(), RETENTION, clock.now())
    timed = sum(rule.is_old is not None or bool(rule.task) for rule in RETENTION)
    if late:
        fix = "Chạy tiến trình việc nền: flask --app wsgi work. Xem từng bảng: flask --app wsgi retention --dry-run."
        return failed("retention", f"Quá hạn giữ mà chưa xóa: {', '.join(late)}.", fix)
    says = f"{len(RETENTION)} quy tắc giữ dữ liệu, {timed} có hạn; không có dòng nào quá hạn."
    return ok("retention", f"{says} Xem: flask --app wsgi retention --dry-run.")


@command("retention")
@click.option("--dry-run", is_flag=True, help="Only say how many rows would go now.")
@as_json
def retention_command(*, dry_run: bool, as_json: bool) -> None:
    """Say for every table how long its rows are kept, why, and how many have had their time; forget those."""
    now = clock.now()
    due = retention.due_now(reading(), RETENTION, now)
    forgotten = {} if dry_run else forget_old(now)
    answer = [_retained(one, forgotten) for one in due]
    said = "\n".join(f"{one['table']:<20} {one['rows']:>9}  {one['action']}: {one['says']}" for one in answer)
    say(answer, said, as_json=as_json)


def _retained(one: retention.Due, forgotten: Mapping[str, int]) -> dict[str, object]:
    rule = one.rule
    gone = forgotten.get(rule.table, 0) if rule.is_old else 0
    told = {"table": rule.table, "action": rule.action, "says": rule.says, "source": rule.source}
    return told | {"rows": one.rows, "forgotten": gone}


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
    retention_command,
    JOBS,
    *notices.COMMANDS,
    *sellers.COMMANDS,
    *catalog.COMMANDS,
    *trace.COMMANDS,
    *channels.COMMANDS,
    *payments.COMMANDS,
    *adoption.COMMANDS,
    *communes.COMMANDS,
    *seeding.COMMANDS,
)


def register(app: Flask) -> None:
    """Add every command to the application, and the migrations that some of them run."""
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    for one in COMMANDS:
        app.cli.add_command(one)
