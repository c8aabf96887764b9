"""Questions about lots: a stall's own, what a stamp opens, what a product's page may say."""

from market.trace.queries.lots import (
    PAGE,
    LotPage,
    LotRow,
    PrintRun,
    journal_of,
    lot_of_commune,
    lot_of_stall,
    lots_of_stall,
    print_runs,
    stamps_between,
)
from market.trace.queries.public import (
    PublicLot,
    Visitors,
    has_sealed_lot,
    is_known_visitor,
    lots_of_product_public,
    public_lot,
    sealed_lot_codes,
    stamp_by_code,
    visitors_of,
)

__all__ = [
    "PAGE",
    "LotPage",
    "LotRow",
    "PrintRun",
    "PublicLot",
    "Visitors",
    "has_sealed_lot",
    "is_known_visitor",
    "journal_of",
    "lot_of_commune",
    "lot_of_stall",
    "lots_of_product_public",
    "lots_of_stall",
    "print_runs",
    "public_lot",
    "sealed_lot_codes",
    "stamp_by_code",
    "stamps_between",
    "visitors_of",
]
