"""How much memory a process holds and how much CPU it has used, read from Linux's /proc."""

import os
from pathlib import Path


def resident_mb(process_id: int) -> float:
    """Megabytes of a process that are in memory now."""
    return _status(process_id, "VmRSS")


def peak_mb(process_id: int) -> float:
    """The most it held since its program began. (`ru_maxrss` would begin at what the process held that started it.)"""
    return _status(process_id, "VmHWM")


def cpu_seconds(process_id: int) -> float:
    """User and system time since it started."""
    fields = Path(f"/proc/{process_id}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_readable() -> bool:
    return Path("/proc/self/status").exists()


def children(process_id: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process_id}/task/{process_id}/children").read_text("ascii").split()]


def _status(process_id: int, name: str) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text("ascii").splitlines()
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    return kibibytes * 1024 / 1e6
