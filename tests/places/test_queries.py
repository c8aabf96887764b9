"""Where things are: the commune of a host, hamlets in Vietnamese order, old names."""

import pytest
from sqlalchemy.orm import Session

from market.base.config import Settings
from market.base.db import transaction
from market.base.errors import NotFound
from market.places.models import Commune, OldPlace
from market.places.queries import UnknownHost, commune_at, commune_of, hamlets_of, old_places_of
from tests import factories as make
from tests.cast import Cast

SETTINGS = Settings(base_url="https://cho.vn", trusted_hosts="www.cho.vn,.daison.vn", secret_key="s" * 40)


def test_the_only_commune_without_a_host_answers_at_every_trusted_one(cast: Cast, session: Session) -> None:
    """Growth 4: "an unknown host shows commune 1". One that nobody trusts is told that nothing is there."""
    for host in ("cho.vn", "www.cho.vn", "moi.daison.vn", "localhost"):
        assert commune_at(session, SETTINGS, host).id == cast.commune
    for host in ("cho.example", "daison.vn.example", ""):
        with pytest.raises(UnknownHost, match="không phải chợ của xã nào"):
            commune_at(session, SETTINGS, host)


def test_of_two_communes_each_answers_at_its_own_host(cast: Cast, session: Session) -> None:
    """Growth 4: the one without a host keeps the installation's own address and answers nowhere else."""
    with transaction() as writing:
        other = make.make_commune(writing, code="07627", name="xã Đại Sơn khác", letters="BN", host="khac.example").id

    assert commune_at(session, SETTINGS, "khac.example").id == other
    assert commune_at(session, SETTINGS, "cho.vn").id == cast.commune
    for host in ("la.example", "www.cho.vn", "moi.daison.vn"):
        with pytest.raises(UnknownHost):
            commune_at(session, SETTINGS, host)
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).host = "ds.example"
    assert commune_at(session, SETTINGS, "ds.example").id == cast.commune
    with pytest.raises(UnknownHost):
        commune_at(session, SETTINGS, "cho.vn")
    with pytest.raises(NotFound, match="--commune với một mã: 11086, 07627"):
        commune_of(session, SETTINGS)


def test_hamlets_stand_in_vietnamese_order_without_those_that_ended(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        commune = make.make_commune(writing, code="00002", name="xã Thử", letters="TH", host="thu.example")
        for name in ("thôn Ô Mễ", "thôn Đông Phong", "thôn An Liệt", "thôn Dương", "thôn Cũ"):
            make.make_hamlet(writing, commune, name).is_active = name != "thôn Cũ"

    names = [hamlet.name for hamlet in hamlets_of(session, commune.id)]
    assert names == ["thôn An Liệt", "thôn Dương", "thôn Đông Phong", "thôn Ô Mễ"]


def test_old_names_are_of_one_commune(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.add(OldPlace(commune_id=cast.commune, hamlet_id=None, old_name="xã Hưng Đạo", old_code="11086"))

    assert [old.old_name for old in old_places_of(session, cast.commune)] == ["xã Hưng Đạo"]
    assert list(old_places_of(session, cast.commune + 1)) == []
