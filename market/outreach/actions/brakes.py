"""How often one phone puts names onto the lists of classes."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

SIGN_IN_CLASS = Brake(
    kind="class-sign-in",
    sentence="Máy này vừa điểm danh nhiều tên. Mời chờ {wait}, hoặc nhờ người phụ trách lớp ghi tên giúp.",
    device=(Limit(most=5, within=timedelta(hours=1)), Limit(most=10, within=timedelta(days=1))),
    network=(Limit(most=200, within=timedelta(hours=1)),),
)
"""A family shares a phone; a hall shares a network."""
