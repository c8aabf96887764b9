"""The figures by which an archive is proved: the same where it left and where it came in."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from market.adoption.queries import board_of


def figures_of(session: Session, commune_id: int, as_of: date, *, known_at: datetime) -> dict[str, object]:
    """What the KPI is of a day, as known at a moment: no name and no number of a row."""
    board = board_of(session, commune_id, as_of, known_at=known_at)
    figure = board.figure
    return {
        "as_of": as_of.isoformat(),
        "known_at": known_at.isoformat(),
        "base": figure.base,
        "counted": figure.counted,
        "with_account": figure.with_account,
        "annex": [figure.annex.part, figure.annex.whole],
        "farms": [figure.farms.part, figure.farms.whole],
        "targets": [board.targets.plan, board.targets.annex, board.targets.farms],
        "in_period": board.in_period.counted,
        "line": [[one.as_of.isoformat(), one.counted, one.base] for one in board.line],
        "by_hamlet": sorted([share.part, share.whole] for share in figure.by_hamlet().values()),
        "by_kind": {str(kind): [share.part, share.whole] for kind, share in sorted(figure.by_kind().items())},
    }
