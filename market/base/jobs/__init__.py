"""Jobs are rows, written in the transaction that needs them; periodic tasks are leases. `flask work` does both."""

from market.base.jobs.models import Job, JobState
from market.base.jobs.periodic import PeriodicTask
from market.base.jobs.queue import Handler, Payload, enqueue, enqueue_again, work_once
from market.base.jobs.worker import Worker

__all__ = ["Handler", "Job", "JobState", "Payload", "PeriodicTask", "Worker", "enqueue", "enqueue_again", "work_once"]
