"""What happens to lots and stamps."""

from market.trace.actions.journal import EntryRef, NewEntry, Withdrawal, add_entry, correct_entry, withdraw_entry
from market.trace.actions.lots import (
    LotDetails,
    LotRef,
    NewLot,
    edit_lot,
    open_lot,
    recall_lot,
    seal_lot,
    set_lot_aside,
)
from market.trace.actions.stamps import (
    Printed,
    Printing,
    Serials,
    activate_stamps,
    note_scan,
    print_stamps,
    print_step,
    request_stamps,
    void_stamps,
)

__all__ = [
    "EntryRef",
    "LotDetails",
    "LotRef",
    "NewEntry",
    "NewLot",
    "Printed",
    "Printing",
    "Serials",
    "Withdrawal",
    "activate_stamps",
    "add_entry",
    "correct_entry",
    "edit_lot",
    "note_scan",
    "open_lot",
    "print_stamps",
    "print_step",
    "recall_lot",
    "request_stamps",
    "seal_lot",
    "set_lot_aside",
    "void_stamps",
    "withdraw_entry",
]
