"""Chỉ tiêu của thôn: counts of the helper's own hamlets."""

import re
from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.places.models import DatedFact
from tests.access import keeps_out
from tests.cast import Cast
from tests.web.stall.visits.steps import told

PATH = "/to-cong-nghe/chi-tieu"


def test_the_hamlet_s_households_are_counted_step_by_step_beside_the_targets(
    app: Flask, vy: FlaskClient, cast: Cast
) -> None:
    """Bà Lan sells with a bank account; cô Thêu learns about invoices in a visit."""
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai])
    targets = {"kpi.target.annex": "50", "help.target.invoice": "100"}
    with transaction() as writing:
        for key, value in targets.items():
            writing.add(
                DatedFact(commune_id=cast.commune, key=key, value=value, valid_from=date(2025, 1, 1), source="kế hoạch")
            )
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(steps=["hoa_don", "don_dau"], outcome="xong"))
    said = " ".join(re.sub("<[^>]+>", " ", vy.get(PATH).text).split())
    assert "Lập tài khoản 1/2 đạt 50 %" in said
    assert "Nhận tiền không tiền mặt 1/2 Hóa đơn điện tử 1/2 còn 1 hộ là đạt 100 %" in said
    assert "Đăng hàng đầu tiên 1/2 Đơn đầu tiên 0/2" in said, "a helper's word makes no sale"
    text = vy.get(PATH).text
    assert "thôn Nghĩa Dũng" in text
    assert "thôn Mỗ Đoạn" not in text
    assert "₫" not in text
