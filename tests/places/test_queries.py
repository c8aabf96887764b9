"""Where things are: the commune of a host, hamlets in Vietnamese order, old names."""

import pytest
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.errors import NotFound
from market.places.models import OldPlace
from market.places.queries import commune_at, hamlets_of, old_places_of
from tests import factories as make
from tests.cast import Cast


def test_the_only_commune_answers_at_any_host(cast: Cast, session: Session) -> None:
    assert commune_at(session, "cho.example").id == cast.commune


def test_of_two_communes_each_answers_at_its_own_host(cast: Cast, session: Session) -> None:
    with transaction() as writing:
        other = make.make_commune(writing, code="07627", name="xã Đại Sơn khác", letters="BN", host="khac.example").id
        third = make.make_commune(writing, code="00001", name="xã Xa", letters="XA").id

    assert commune_at(session, "khac.example").id == other
    with pytest.raises(NotFound, match="chưa có chợ nào"):
        commune_at(session, "la.example")
    assert third


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
