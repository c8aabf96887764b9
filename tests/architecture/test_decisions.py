"""Every address that takes a POST decides on what its page showed, and says what that was, or says here why it need
not."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType

from flask import Flask

from market.web.base.seen import seen_given
from market.web.base.web import Page

DECISIONS = frozenset(
    {
        "account.family_agree",
        "account.family_refuse",
        "office.business_bank",
        "office.business_bank_stop",
        "office.business_edit",
        "office.business_join",
        "office.business_part",
        "office.check_write",
        "office.business_verify_paper",
        "office.changes_approve",
        "office.changes_refuse",
        "office.claim",
        "office.claim_refuse",
        "office.claims_many",
        "office.goods_approve",
        "office.goods_refuse",
        "office.hamlet_edit",
        "office.hamlet_merge",
        "office.hamlet_neighbours",
        "office.idea",
        "office.join_part",
        "office.kpi_call",
        "office.kpi_period_lock",
        "office.kpi_period_replace",
        "office.kpi_period_send",
        "office.kpi_review",
        "office.mode_confirm",
        "office.modes",
        "office.point_edit",
        "office.ocop_entry_assess",
        "stall.order_slot",
        "office.proposal_accept",
        "office.proposal_refuse",
        "office.register_import_do",
        "office.rollout_off",
        "office.rollout_on",
        "office.settings",
        "office.story",
        "office.story_paper",
        "office.story_publish",
        "office.ticket_answer",
        "office.ticket_hand_over",
        "shop.refund_got",
        "shop.refund_missing",
        "shop.complaint_accept",
        "shop.complaint_got",
        "shop.complaint_not_got",
        "shop.complaint_to_office",
        "shop.complaint_withdraw",
        "shop.idea_unwish",
        "shop.idea_wish",
        "shop.ticket_satisfied",
        "shop.ticket_unsatisfied",
        "stall.helper_ticket_answer",
        "stall.helper_ticket_hand_over",
        "stall.story_agree",
        "office.complaint",
        "stall.complaint",
        "shop.order_agree",
        "shop.order_refuse",
        "shop.order_drop_line",
        "stall.bank",
        "stall.bank_access",
        "stall.bank_access_stop",
        "stall.bank_close",
        "stall.bank_connect",
        "stall.bank_disconnect",
        "stall.card",
        "stall.card_on",
        "stall.answers_save",
        "stall.category_choose",
        "stall.debt",
        "stall.draft_edit",
        "stall.product_answers_save",
        "stall.lot_edit",
        "stall.lot_recall",
        "stall.lot_seal",
        "stall.lot_set_aside",
        "stall.money_confirm",
        "stall.money_received",
        "stall.money_set_aside",
        "stall.money_tell_apart",
        "stall.money_undo",
        "stall.order_accept",
        "stall.order_accept_paid_first",
        "stall.order_decline",
        "stall.order_no_show",
        "stall.order_hand_over",
        "stall.order_less",
        "stall.order_less_back",
        "stall.order_weigh",
        "stall.order_sold_out",
        "stall.order_take_up",
        "stall.photo_add",
        "stall.product_edit",
        "stall.product_price",
        "stall.product_stock",
        "stall.settings",
        "stall.signed_order_accept",
        "stall.signed_order_decline",
        "stall.fees",
        "stall.share",
        "stall.visits",
        "stall.today_stop_change",
        "stall.variant_edit",
        "stall.variant_remove",
        "stall.weight_set",
    }
)
"""Whose form carries `seen`: what its page showed, compared once the row is locked."""

ADDS = "it adds what is typed, and changes nothing that the page showed"
LOOKED = "it says what somebody saw at the house that day, whatever the register says meanwhile"
ONE_LINE = "it names one line that never changes, and ends it once"
SWITCH = "it sets one thing to what the button says, whichever way it stood, and its twin sets it back"
OWN_WORD = "the person says what they did themselves"
OWN_ACCOUNT = "it is about the person who presses, who types what it rests on"
STEP_ON = "the one step its state allows, refused from any other; it can be told apart from no other decision"
TYPED_IN_HAND = "the serial numbers are typed from the stamps in the person's hands"

NEED_NONE: Mapping[str, str] = {
    "account.desk_choose": "which page opens first: nothing is decided, and it is changed as easily",
    "account.device_sign_out": ONE_LINE,
    "account.me": OWN_ACCOUNT,
    "account.post_take": "a code handed over in person says what it is for, and counts once",
    "account.reset": OWN_ACCOUNT,
    "account.push_move": "the browser's own address changed; it goes on being told what it asked for",
    "account.push_off": "it says no more on this browser, and is turned on as easily",
    "account.push_on": "what this browser is told; nothing is decided, and it is turned off as easily",
    "account.reset_code": "it shows another code on the screen of the person who presses",
    "account.reset_slip": OWN_ACCOUNT,
    "account.reset_stop": ONE_LINE,
    "account.second_factor_ask": OWN_ACCOUNT,
    "account.second_factor_begin": OWN_ACCOUNT,
    "account.second_factor_confirm": OWN_ACCOUNT,
    "account.sign_in": OWN_ACCOUNT,
    "account.sign_out": OWN_ACCOUNT,
    "account.sign_up": OWN_ACCOUNT,
    "account.way_test": "it sends a word to the person who presses",
    "account.ways": "it is the person's own wish, said whole, and changed as easily",
    "hooks.identity_call": "another machine calls it, signed; it saw no page",
    "hooks.webhook": "another machine calls it, signed; it saw no page",
    "office.appointment_confirm": "it says yes to one appointment on paper, which never changes, once",
    "office.appointment_withdraw": ONE_LINE,
    "office.mode_withdraw": ONE_LINE,
    "office.business_new": ADDS,
    "office.fact_withdraw": ONE_LINE,
    "office.facts": ADDS,
    "office.goods_approve_all": "each listing that is ticked carries `seen` of its own, and is decided by itself",
    "office.goods_photo_remove": "what must go must not be kept up by changing it while the officer writes why",
    "office.class_new": ADDS,
    "office.training_class_attend": ADDS,
    "office.training_class_strike": ONE_LINE,
    "office.training_class_cancel": ONE_LINE,
    "office.survey_new": ADDS,
    "office.surveyed_link": "which listing it is is said anew as easily; nothing rests on it",
    "office.surveyed_ocop": "it begins the one path of a product, and leads there where it has begun",
    "office.surveyed_withdraw": ONE_LINE,
    "office.ocop_path": ADDS,
    "office.ocop_new": ADDS,
    "office.ocop_entry_step": ADDS,
    "office.ocop_entry_paper": "it names one paper on record, which says itself how long it holds",
    "office.ocop_entry_renew": "it takes the version that is in force, and drops nothing that was noted",
    "office.ocop_entry_stop": ONE_LINE,
    "office.model_new": ADDS,
    "office.model_adopt": ADDS,
    "office.model_leave": ONE_LINE,
    "office.model_end": ONE_LINE,
    "office.farm_practice": ADDS,
    "office.farm_practice_end": ONE_LINE,
    "office.signatures": ADDS,
    "office.signature_brand": "it says whole what the officer saw, with its proof; the last word holds",
    "office.signature_trademark": "it names one paper on record, which says itself how long it holds",
    "office.hamlet_old_name": ADDS,
    "office.hamlets": ADDS,
    "office.platform_account_add": ADDS,
    "office.platform_account_end": ONE_LINE,
    "office.point_close": SWITCH,
    "office.point_closures": ADDS,
    "office.point_day_reopen": SWITCH,
    "office.point_new": ADDS,
    "office.point_reopen": SWITCH,
    "office.proposals_accept_all": "each proposal that is ticked carries `seen` of its own, and is decided by itself",
    "office.changes_approve_all": "each change that is ticked carries `seen` of its own, and is decided by itself",
    "office.member_remove": ONE_LINE,
    "office.stall_close": "it closes, whatever the stall says meanwhile; its twin opens it again",
    "office.stall_close_undo": SWITCH,
    "office.verification_revoke": ONE_LINE,
    "office.certificate_add": ADDS,
    "office.certificate_end": ONE_LINE,
    "office.check_other": LOOKED,
    "office.check_settle": ONE_LINE,
    "office.check_still": LOOKED,
    "office.twins_apart": ONE_LINE,
    "office.unread_put_away": ONE_LINE,
    "office.goods_take_down": "what must go must not be kept up by changing it while the officer writes why",
    "office.mandate_add": ADDS,
    "office.mandate_end": ONE_LINE,
    "office.post_end": ONE_LINE,
    "office.posts": ADDS,
    "office.reports": ADDS,
    "office.reset_stop": ONE_LINE,
    "office.resets": ADDS,
    "office.register_preview_do": "it names one kept preview: each row is written as it was shown, or stays out",
    "office.task_stop": ONE_LINE,
    "office.register_import_hamlets": "it enters the hamlets that one kept file names, where the commune has none",
    "office.register_preview_hamlets": "it enters the hamlets that one kept file names, where the commune has none",
    "office.register_import_answer": "it keeps what somebody says of words; what the file then does is seen anew",
    "office.register_preview_answer": "it keeps what somebody says of words; the file is then looked at anew",
    "office.register_import": "it keeps a file for its preview, whose button carries `seen`",
    "stall.helper_visit": ADDS,
    "stall.helper_visit_withdraw": ONE_LINE,
    "shop.cart_add": ADDS,
    "shop.cart_change": "it sets the buyer's own amount; price and stock are looked at when they order",
    "shop.cart_order": "it sets the buyer's own amounts; check-out shows them before anything is ordered",
    "shop.cart_remove": "it takes out the buyer's own line; nothing is decided before they order",
    "shop.cart_rest": "it sets the buyer's own amount to what there is; check-out shows it before anything is ordered",
    "shop.checkout": "it keeps what is typed for its review, whose button carries all that it showed",
    "shop.checkout_back": "it keeps what is typed and orders nothing",
    "shop.checkout_rest": "it sets the buyer's own amount to what there is; the review shows it once more",
    "shop.checkout_place": "its form carries the whole review: that is placed, or nothing",
    "shop.order_cancel": "the buyer may call it off whatever the stall did before it is ready; money is owed back",
    "shop.order_attach": OWN_ACCOUNT,
    "shop.order_was_there": OWN_WORD,
    "shop.complaint_send": ADDS,
    "stall.complaint_goods_back": OWN_WORD,
    "stall.complaint_kept": OWN_WORD,
    "stall.complaint_restock": OWN_WORD,
    "shop.order_rate": ADDS,
    "stall.rating_answer": ADDS,
    "office.rating_hide": ONE_LINE,
    "office.story_new": ADDS,
    "office.story_take_back": "what its people no longer want shown must go, whatever changed meanwhile",
    "office.ticket_desk_leave": ONE_LINE,
    "office.ticket_desks": ADDS,
    "shop.idea_send": ADDS,
    "shop.ticket_forget": "who sent it takes that back: it must go, whatever changed meanwhile",
    "shop.ticket_send": ADDS,
    "stall.story_withdraw": "what its people no longer want shown must go, whatever changed meanwhile",
    "shop.order_say": ADDS,
    "stall.order_say": ADDS,
    "stall.order_sent": OWN_WORD,
    "shop.order_again": "it puts goods into the buyer's own cart; price and stock are looked at when they order",
    "shop.order_unlock": "it opens a page",
    "shop.purchase_push": "what this browser is told; nothing is decided, and it is turned off as easily",
    "shop.purchase_push_stop": "it says no more on this browser, and is turned on as easily",
    "shop.purchase_unlock": "it opens a page",
    "shop.pay_card": "it asks for what is still owed under the lock, and the gateway's page says the amount",
    "shop.pay_said": OWN_WORD,
    "stall.account_draft": "it keeps what only its writer sees; putting it in force is a decision, with `seen`",
    "stall.account_draft_remove": ONE_LINE,
    "stall.drafts_leave": OWN_WORD,
    "stall.draft_new": "it adds what only its writer sees, and counts once",
    "stall.draft_remove": ONE_LINE,
    "stall.drafts_list": "all that its presser alone wrote; each may be changed and waits for the office",
    "stall.paper_remove": ONE_LINE,
    "stall.papers": "it adds a picture that its sender alone chose, and counts once",
    "stall.debt_new": ADDS,
    "stall.debt_take_back": ONE_LINE,
    "stall.phone_goods": "it shows other goods beside what is typed, and writes nothing",
    "stall.phone_order": "it adds an order at the prices that are typed, and counts once",
    "stall.card_off": "it stops cards, whichever keys are kept",
    "stall.claim_take": "the office decides, with `seen`",
    "stall.entry_correct": ONE_LINE,
    "stall.entry_new": ADDS,
    "stall.entry_withdraw": ONE_LINE,
    "office.kpi_periods": "it begins a draft, once whoever begins it; nothing is decided on it",
    "office.kpi_list_make": "it makes a file of the list as it is known now",
    "stall.stamps_sheet_make": "it makes a file of stamps that are there",
    "stall.statement_columns": "it says what the columns of a file are, and is said anew as easily; no money moves",
    "stall.statement_take": "it takes the rows of a file that was looked at, each once, whatever was written since",
    "stall.statements": ADDS,
    "stall.task_stop": ONE_LINE,
    "stall.export_make": "it makes a file of what is for sale now, and says there what it left out",
    "shop.class_sign_in": OWN_WORD,
    "stall.helper_class_new": ADDS,
    "stall.helper_class_attend": ADDS,
    "stall.helper_survey_new": ADDS,
    "stall.helper_take": OWN_ACCOUNT,
    "stall.round_other": LOOKED,
    "stall.round_still": LOOKED,
    "stall.helper_vouch": ADDS,
    "stall.identity_ask": "it asks about the person who presses, once for as long as the answer is awaited",
    "stall.lot_new": ADDS,
    "stall.mandate_code": ADDS,
    "stall.mandate_end": ONE_LINE,
    "stall.unreached_known": "it says up to which line what did not arrive was read",
    "stall.mine_seen": "it says up to which line the news was read",
    "shop.refund_account": "it says where the buyer wants their own money; the last word holds",
    "shop.refund_forget": "it takes away what the buyer wrote themselves",
    "stall.money_refund_card": "its form carries what is owed, and which refund comes next: twice is once",
    "stall.money_refunded": "its form carries the amount that was given back, and a key: twice is once",
    "stall.order_called": OWN_WORD,
    "stall.order_ready": STEP_ON,
    "stall.photo_first": ONE_LINE,
    "stall.photo_keep": ADDS,
    "stall.photo_remove": ONE_LINE,
    "stall.product_change_withdraw": "it takes back what its seller wrote; what is public stays as it is",
    "stall.pickup": OWN_WORD,
    "stall.pickups_receive": OWN_WORD,
    "stall.pickups_tick": OWN_WORD,
    "stall.product_back_in_stock": SWITCH,
    "stall.product_hide": SWITCH,
    "stall.product_new": ADDS,
    "stall.product_show": SWITCH,
    "stall.order_sell_again": "it undoes only what that order stopped and nobody has said anything of since",
    "stall.product_sold_out": SWITCH,
    "stall.propose": "the office decides, with `seen`",
    "stall.settings_change_withdraw": "it takes back what its seller wrote; what is public stays as it is",
    "stall.stamps_activate": TYPED_IN_HAND,
    "stall.stamps_print": ADDS,
    "stall.stamps_void": TYPED_IN_HAND,
    "stall.template_upload": ADDS,
    "stall.words_drop": "the product's own words stand beside it, and are taken again by one tap",
    "stall.words_take": "it says itself what it saw: the words that go out and the digest of the product's own",
    "stall.today_seen": "it says up to which line the news was read",
    "stall.variant_new": ADDS,
}

View = Callable[..., Page]


def posted_to(app: Flask) -> list[str]:
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())})


def asks_what_was_seen(view: View) -> bool:
    """Whether a view, or a function of the web that it names, asks the form for what its page showed."""
    return seen_given in reached(view, set())


def reached(function: object, known: set[object]) -> set[object]:
    """The functions of the web that this one names, and those that they name; itself too."""
    if function not in known:
        known.add(function)
        if isinstance(function, FunctionType) and function is not seen_given:
            for name in names_of(inspect.unwrap(function).__code__):
                other = inspect.unwrap(function).__globals__.get(name)
                if isinstance(other, FunctionType) and other.__module__.startswith(("market.web.", __name__)):
                    reached(other, known)
    return known


def names_of(code: CodeType) -> Iterator[str]:
    """The names that a function uses, and those of the functions within it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_of(constant)


def test_every_form_is_a_decision_or_says_why_it_is_none(bare_app: Flask) -> None:
    assert posted_to(bare_app) == sorted([*DECISIONS, *NEED_NONE])


def test_every_decision_asks_for_what_its_page_showed(bare_app: Flask) -> None:
    views = bare_app.view_functions
    assert [name for name in sorted(DECISIONS) if not asks_what_was_seen(views[name])] == []
    assert [name for name in NEED_NONE if asks_what_was_seen(views[name])] == []


def test_a_decision_that_does_not_ask_is_seen() -> None:
    def through_another() -> str:
        return told()

    def within() -> str:
        return (lambda: seen_given())()

    assert asks_what_was_seen(through_another)
    assert asks_what_was_seen(within)
    assert not asks_what_was_seen(posted_to)


def told() -> str:
    return seen_given()
