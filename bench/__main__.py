"""Runs the benchmarks: every module of this package that has `run()`, or those named on the command line."""

import logging
import sys
import time
from importlib import import_module
from pkgutil import iter_modules

import bench

FIRST = ("pages", "search")


def names() -> list[str]:
    found = [module.name for module in iter_modules(bench.__path__) if hasattr(load(module.name), "run")]
    return sorted(found, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))


def load(name: str) -> object:
    return import_module(f"bench.{name}") if name != "__main__" else None


def main(wanted: list[str]) -> int:
    logging.disable(logging.CRITICAL)
    known = names()
    if unknown := set(wanted) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    is_kept = True
    for name in wanted or known:
        started = time.perf_counter()
        for line in import_module(f"bench.{name}").run():
            is_kept = is_kept and not line.endswith("OVER")
            print(line, flush=True)
        print(f"{name:<8} took {time.perf_counter() - started:.0f} s\n", flush=True)
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
