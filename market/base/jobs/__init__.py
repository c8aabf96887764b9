"""Jobs are rows, written in the transaction that needs them; periodic tasks are leases; long work that a person asks
for has progress and a result. `flask work` does them all."""

from market.base.jobs.models import Job, JobState
from market.base.jobs.periodic import PeriodicTask
from market.base.jobs.queue import AGAIN, Handler, Payload, enqueue, enqueue_again, enqueue_all, work_once
from market.base.jobs.worker import Worker

__all__ = [
    "AGAIN",
    "Handler",
    "Job",
    "JobState",
    "Payload",
    "PeriodicTask",
    "Worker",
    "enqueue",
    "enqueue_again",
    "enqueue_all",
    "work_once",
]
