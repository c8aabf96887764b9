"""A ledger of evidence for rows that were put in past the objects that the market writes by."""

from sqlalchemy.orm import Session

from market.adoption.actions.entering import enter_commune


def enter_ledger(session: Session, commune_id: int) -> None:
    """Every completed sale of a commune, at every moment at which anything was written of it."""
    after = 0
    while after := enter_commune(session, commune_id, after):
        pass
