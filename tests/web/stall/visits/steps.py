"""A week's lists drawn up, and a visit as its form sends it."""

from market.adoption.actions.planning import plan_week
from market.base.db import reading, transaction
from market.sellers.models import HelpVisit
from tests.cast import Cast
from tests.conftest import Clock


def plan(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        plan_week(writing, cast.commune, cast.nghia_dung, clock=now)


def told(**said: object) -> dict[str, object]:
    """Nobody's form but em Vy's: at home, an account made, the next step promised."""
    plain = {"steps": ["tai_khoan"], "place": "tai_nha", "outcome": "xong_hen", "agrees": "y"}
    return {**plain, "visited_on": "2026-11-24", "next_on": "", "client_key": "key-1", **said}


def visits() -> list[HelpVisit]:
    reading().expire_all()
    return list(reading().query(HelpVisit).order_by(HelpVisit.id))
