"""The benchmarks tell and do not punish; the product knows nothing of them or of the tests."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import lighthouse
from bench.figures import Figure, at_least, at_most, free, promised
from tests.architecture.sources import MARKET, ROOT, python_files


def roots_imported(path: Path) -> set[str]:
    """The first name of everything a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def measuring_modules() -> set[str]:
    return {path.stem for path in python_files(ROOT / "bench") if "\ndef run() -> " in path.read_text("utf-8")}


def test_the_market_imports_neither_benchmarks_nor_tests(tmp_path: Path) -> None:
    assert [path.name for path in python_files(MARKET) if roots_imported(path) & {"bench", "tests"}] == []
    planted = tmp_path / "planted.py"
    planted.write_text("def late() -> None:\n    from bench.anchor import cpu_us\n")
    assert roots_imported(planted) == {"bench"}


def test_every_benchmark_is_run_by_make_bench() -> None:
    assert measuring_modules() == set(bench.NAMES)


def test_a_figure_says_whether_it_is_within_its_budget() -> None:
    assert at_most("wait", 2.0, "s", 2.0).verdict == "ok"
    assert at_most("wait", 2.01, "s", 2.0).verdict == "over"
    assert at_least("found", 94, "%", 94).verdict == "ok"
    assert at_least("found", 93.9, "%", 94).verdict == "over"
    assert free("page", 1.5, "b").verdict == ""


def test_a_figure_shows_its_budget_beside_it() -> None:
    words = str(at_most("sheet", 4.789, "s", 15, note="quick")).split()
    assert words == ["sheet", "4.79", "s", "<=", "15", "s", "ok", "quick"]


def test_a_figure_over_its_budget_is_told_again_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> Iterator[Figure | str]:
        yield "on the way"
        yield at_most("slow page", 3, "b", 2)
        yield free("other page", 1, "b")

    monkeypatch.setattr(bench, "run_of", lambda _name: run)
    monkeypatch.setattr(bench, "with_one_server", lambda _stack: None)
    bench.main(["pages"])
    told = capsys.readouterr().out
    assert "on the way" in told
    assert told.count("slow page") == 2
    assert "2 figures" in told
    assert "0 ok, 1 over their budget" in told


@pytest.mark.parametrize(("found", "answers"), [(39, 0), (37, 1)])
def test_a_broken_promise_fails_the_run(monkeypatch: pytest.MonkeyPatch, found: int, answers: int) -> None:
    def run() -> Iterator[Figure | str]:
        yield at_most("slow page", 3, "b", 2)
        yield promised(at_least("caught", found, "", 38))

    monkeypatch.setattr(bench, "run_of", lambda _name: run)
    monkeypatch.setattr(bench, "with_one_server", lambda _stack: None)
    assert bench.main(["pages"]) == answers


def test_a_benchmark_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["speed"])
    assert "no such benchmark: speed" in capsys.readouterr().err


@pytest.mark.parametrize("lacking", ["Chromium", "nginx", "Node"])
def test_lighthouse_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, lacking: str) -> None:
    programs = {"nginx": "/usr/sbin/nginx", "node": "/usr/bin/node", "npm": "/usr/bin/npm"}
    programs.pop(lacking.lower(), None)
    monkeypatch.setattr(
        lighthouse.browser, "find_chromium", lambda: None if lacking == "Chromium" else "/usr/bin/chromium"
    )
    monkeypatch.setattr(lighthouse.shutil, "which", lambda name, path="": programs.get(name))
    [said] = lighthouse.run()
    assert str(said).startswith(f"No {lacking}")


def test_lighthouse_is_kept_apart_from_what_lints() -> None:
    """`make lint` fetches what stands in the root's package alone; the version is one, down to every part's digest."""
    packed = json.loads((lighthouse.FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    [(name, version)] = packed[""]["dependencies"].items()
    assert (name, packed[f"node_modules/{name}"]["version"]) == ("lighthouse", version)
    assert all(part["integrity"] for path, part in packed.items() if path)
    assert "lighthouse" not in (ROOT / "package-lock.json").read_text("utf-8")


def test_the_look_with_the_middle_lcp_is_told_with_the_middle_score() -> None:
    looks = [a_look(fast=97, largest=1.4), a_look(fast=99, largest=1.6), a_look(fast=100, largest=1.2, usable=98)]
    page = lighthouse.Page(what=lighthouse.PRODUCT, path="/")
    told = {figure.what: (figure.value, figure.verdict) for figure in lighthouse.told_of(page, looks)}
    assert told == {
        "product: performance": ("99", "ok"),
        "product: accessibility": ("98", "over"),
        "product: LCP": ("1.40 s", "ok"),
        "product: all its files": ("70 kB", "ok"),
    }


def a_look(*, fast: float, largest: float, usable: float = 100) -> lighthouse.Look:
    return lighthouse.Look(
        fast=fast, usable=usable, first=1.0, largest=largest, blocked=0, shift=0, size=70, files=8, faults=()
    )
