"""The mutants are what they say: one small fault each, named by where it is, drawn from everywhere."""

import json
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mutants import reach as measured
from mutants.choosing import drawn
from mutants.operators import NAMES
from mutants.results import Results, explained, summary
from mutants.running import Outcome, Tree, Verdict, outcome_of
from mutants.sources import ROOT, Mutant, mutants_in, mutants_of

PATH = Path("market/orders/rules.py")
SOURCE = '''"""Rules."""

def orders(session: Session, commune_id: int, stalls: list[int]) -> list[Order]:
    """Wakes nobody."""
    if not stalls:
        raise Refused("Chưa có gian nào.")
    order = locked(session, Order, Order.id == 1, Order.commune_id == commune_id)
    query = select(Order).where(Order.commune_id == commune_id, Order.total > 0).order_by(Order.id)
    order.changes = len(stalls) + 1
    return sorted(session.scalars(query.with_for_update()), key=any)
'''


def planted(source: str = SOURCE) -> list[Mutant]:
    return list(mutants_in(PATH, source.encode()))


@cache
def every_mutant() -> list[Mutant]:
    return mutants_of()


def becomes(operator: str, source: str = SOURCE) -> list[str]:
    """The lines that mutants of one operator put in place of others."""
    lines = []
    for mutant in planted(source):
        if mutant.operator == operator:
            after = mutant.applied_to(source.encode()).decode().splitlines()
            lines += [line.strip() for line in after if line not in source.splitlines()]
    return lines


def test_a_lock_is_taken_away_from_the_door_and_from_a_query() -> None:
    query, door = becomes("lock")
    assert "mutants.unlocked" in door
    assert ".locked(session, Order" in door
    assert query == "return sorted(session.scalars(query), key=any)"


def test_each_condition_is_dropped_and_that_of_the_commune_counts_apart() -> None:
    assert set(becomes("scope")) == {
        "order = locked(session, Order, Order.commune_id == commune_id)",
        "query = select(Order).where(Order.commune_id == commune_id).order_by(Order.id)",
    }
    assert set(becomes("commune")) == {
        "order = locked(session, Order, Order.id == 1)",
        "query = select(Order).where(Order.total > 0).order_by(Order.id)",
    }


def test_a_guard_an_order_a_sum_and_an_answer_are_spoilt() -> None:
    assert becomes("guard") == ["pass"]
    assert "return list(session.scalars(query.with_for_update()))" in becomes("order")
    assert becomes("arithmetic") == ["order.changes = ((len(stalls)) - (1))"]
    assert becomes("answer") == ["return []"]
    assert becomes("statement") == ["pass"]
    assert "if (stalls):" in becomes("boolean")


def test_a_mutant_keeps_its_name_when_lines_move_and_loses_it_when_its_code_changes() -> None:
    names = {mutant.identity for mutant in planted()}
    moved = {mutant.identity for mutant in planted("import os\n\n\n" + SOURCE)}
    changed = {mutant.identity for mutant in planted(SOURCE.replace("total > 0", "total > 5"))}
    assert len(names) == len(planted())
    assert moved == names
    assert changed != names


def test_every_slice_and_every_operator_has_its_share_of_a_draw() -> None:
    every = every_mutant()
    chosen = drawn(every, seed=8, count=160)
    assert len(chosen) == 160
    assert {mutant.slice for mutant in chosen} == {mutant.slice for mutant in every}
    assert {mutant.operator for mutant in chosen} == set(NAMES)
    assert max(Counter(mutant.slice for mutant in chosen).values()) < 40
    assert drawn(every, seed=8, count=160) == chosen
    assert drawn(every, seed=9, count=160) != chosen


def reaching(mutant: Mutant, *tests: str, function: str | None = None) -> list[str]:
    """The order of a mutant's tests, of which the names' length says how much each runs."""
    reach = {mutant.path: {function or mutant.function: list(tests)}}
    return measured.tests_for(mutant, reach, {test: len(test) for test in tests})


def test_narrow_tests_come_first_and_many_cases_take_turns() -> None:
    mutant = next(one for one in planted() if one.operator == "compare")
    assert reaching(mutant, "t.py::broad", "t.py::a[1]", "t.py::a[2]") == ["t.py::a[1]", "t.py::broad", "t.py::a[2]"]
    assert reaching(mutant, "t.py::b", function="another") == ["t.py::b"]
    assert measured.tests_for(mutant, {}, {}) == []


def test_a_test_whose_file_is_gone_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rules.py").touch()
    found = {"market/orders/rules.py": {"f": ["tests/test_rules.py::a", "tests/test_gone.py::b"]}}
    (tmp_path / "reach-tests.json").write_text(json.dumps(found))
    assert measured.known(tmp_path, tmp_path) == {"market/orders/rules.py": {"f": ["tests/test_rules.py::a"]}}


def test_what_only_importing_runs_has_the_tests_of_those_who_import_it() -> None:
    """The terms' day stands in the accounts' actions and is read by a page alone."""
    since = next(one for one in every_mutant() if one.path == "market/accounts/actions.py" and not one.function)
    reach = {
        "market/web/account/views.py": {"terms": ["test_terms"]},
        "market/orders/rules.py": {"move": ["test_move"]},
    }
    assert measured.tests_for(since, reach, measured.breadths(reach)) == ["test_terms"]


def test_the_second_database_comes_last_and_races_first_where_a_lock_is_gone() -> None:
    compare, lock = (next(one for one in planted() if one.operator == name) for name in ("compare", "lock"))
    given = ("t.py::a[sqlite]", "t.py::other", "tests/races/t.py::r[postgresql]")
    assert reaching(compare, *given) == [*given[1::-1], given[2], "t.py::a[postgresql]"]
    assert reaching(lock, *given)[0] == given[2]
    elsewhere = {"market/orders/actions.py": {"f": ["t.py::slice"]}, "market/trace/rules.py": {"f": ["t.py::other"]}}
    assert measured.tests_for(compare, elsewhere, {"t.py::slice": 1, "t.py::other": 1}) == ["t.py::slice"]
    assert measured.breadths({"a.py": {"f": ["one", "two"], "g": ["one"]}}) == {"one": 2, "two": 1}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(0, Verdict.SURVIVED), (1, Verdict.KILLED), (2, Verdict.KILLED), (5, Verdict.UNREACHED)],
)
def test_pytest_s_status_says_whether_a_mutant_lives(status: int, verdict: Verdict) -> None:
    assert outcome_of(status, "FAILED tests/orders/test_x.py::test_y - assert").verdict is verdict


def test_a_mutant_is_run_in_a_copy_and_the_tree_stays_as_it_is(tmp_path: Path) -> None:
    root, test = tmp_path / "root", "tests/test_rules.py::test_more_is_more"
    rules = b"def is_more(left: int, right: int) -> bool:\n    return left > right\n"
    for name, content in {
        "market/orders/rules.py": rules,
        "tests/test_rules.py": b"from market.orders.rules import is_more\n\n"
        b"def test_more_is_more():\n    assert is_more(2, 1)\n    assert not is_more(1, 1)\n",
        **{f"mutants/{name}": (ROOT / "mutants" / name).read_bytes() for name in ("selecting.py", "forking.py")},
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    subprocess.run(["git", "init", "-q", root], check=True)
    (mutant,) = [one for one in mutants_in(PATH, rules) if one.operator == "compare"]
    tree = Tree(tmp_path / "copy", root)
    assert tree.passes([test], seconds=100).verdict is Verdict.SURVIVED
    assert tree.run(mutant, [test], seconds=100) == Outcome(verdict=Verdict.KILLED, killer=test)
    assert tree.run(mutant, [], seconds=100).verdict is Verdict.UNREACHED
    assert (root / PATH).read_bytes() == (tmp_path / "copy" / PATH).read_bytes() == rules
    (root / PATH).write_bytes(b"# Written meanwhile.\n" + rules)
    assert tree.run(mutant, [test], seconds=100).verdict is Verdict.UNDECIDED
    tree.close()


def test_verdicts_are_kept_from_run_to_run_until_the_module_changes(tmp_path: Path) -> None:
    module = tmp_path / PATH
    module.parent.mkdir(parents=True)
    module.write_text(SOURCE)
    first, second, third = planted()[:3]
    results = Results(tmp_path, tmp_path)
    results.keep(first, Outcome(verdict=Verdict.KILLED, killer="a test"))
    results.keep(second, Outcome(verdict=Verdict.SURVIVED))
    again = Results(tmp_path, tmp_path)
    assert again.of(first) == Outcome(verdict=Verdict.KILLED, killer="a test")
    told = "\n".join(summary([first, second, third], again, {second.identity: "equivalent: both are empty"}))
    assert "1 of 2 killed: 50.0 %" in told
    assert "slice orders         1 of   2" in told
    assert "1 of 3 drawn still to run; 0 survivors not explained" in told
    assert "equivalent: both are empty" in told
    module.write_text(f"{SOURCE}\n")
    assert again.of(first) is None


def test_every_explained_survivor_is_still_a_mutant() -> None:
    names = {mutant.identity for mutant in every_mutant()}
    assert [name for name, why in explained().items() if name not in names or not why.strip()] == []
