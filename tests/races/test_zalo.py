"""Two workers renew the one token of Zalo: one asks."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.notices.zalo_tokens import TokenPair, claim_renewal, enter_token, keep_pair, zalo_token
from tests.conftest import Clock
from tests.races.overlap import overlap


def test_of_two_workers_one_has_the_refresh_token(app: Flask, now: Clock) -> None:
    with transaction() as session:
        enter_token(session, "refresh-1", now=now())

    def claiming(session: Session) -> object:
        return claim_renewal(session, now=now())

    assert overlap(app, claiming, claiming) == ("refresh-1", None)


def test_a_new_token_is_not_overwritten_by_the_answer_to_the_one_before(app: Flask, now: Clock) -> None:
    with transaction() as session:
        enter_token(session, "refresh-1", now=now())
        claim_renewal(session, now=now())
    pair = TokenPair(access="a", refresh="refresh-2", lives=timedelta(hours=25))

    def entering(session: Session) -> object:
        return enter_token(session, "cua-nguoi", now=now())

    def keeping(session: Session) -> object:
        return keep_pair(session, "refresh-1", pair, now=now())

    overlap(app, entering, keeping)
    with transaction() as session:
        assert claim_renewal(session, now=now()) == "cua-nguoi"
        assert zalo_token(session) is not None
