"""Questions about lots: a stall's own, what a stamp opens, what a product's page may say."""

from market.trace.queries.facts import facts_to_edit, facts_to_recall, facts_to_seal, facts_to_set_aside
from market.trace.queries.lines import JournalLine, journal_lines
from market.trace.queries.lots import (
    PAGE,
    LotPage,
    LotRow,
    PrintRun,
    entry_of_lot,
    goods_to_open,
    journal_of,
    lot_of_commune,
    lot_of_stall,
    lots_of_stall,
    print_runs,
    product_to_open,
    stamps_between,
)
from market.trace.queries.public import (
    PublicLot,
    Visitors,
    codes_for_sale,
    has_lot_for_sale,
    lots_of_product_public,
    public_lot,
    stamp_by_code,
    visitors_of,
)

__all__ = [
    "PAGE",
    "JournalLine",
    "LotPage",
    "LotRow",
    "PrintRun",
    "PublicLot",
    "Visitors",
    "codes_for_sale",
    "entry_of_lot",
    "facts_to_edit",
    "facts_to_recall",
    "facts_to_seal",
    "facts_to_set_aside",
    "goods_to_open",
    "has_lot_for_sale",
    "journal_lines",
    "journal_of",
    "lot_of_commune",
    "lot_of_stall",
    "lots_of_product_public",
    "lots_of_stall",
    "print_runs",
    "product_to_open",
    "public_lot",
    "stamp_by_code",
    "stamps_between",
    "visitors_of",
]
