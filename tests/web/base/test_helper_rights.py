"""What a helper may do under a mandate, button by button: all that a stall has but money, identity and consent."""

from flask import Flask

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import forget_last_request
from tests.web.base.test_every_route import SELLER, methods_of, rules_of
from tests.web.base.world import World, arguments_of

OWNERS_ALONE = frozenset(
    {
        "stall.money_confirm",
        "stall.money_received",
        "stall.money_refund_card",
        "stall.money_refunded",
        "stall.money_set_aside",
        "stall.money_tell_apart",
        "stall.statement_columns",
        "stall.statement_take",
        "stall.statements",
        "stall.money_undo",
        "stall.debt",
        "stall.debt_new",
        "stall.debt_take_back",
        "stall.phone_goods",
        "stall.phone_order",
        "stall.bank",
        "stall.bank_access",
        "stall.bank_access_stop",
        "stall.bank_close",
        "stall.bank_connect",
        "stall.bank_disconnect",
        "stall.card",
        "stall.card_off",
        "stall.card_on",
        "stall.complaint",
        "stall.complaint_goods_back",
        "stall.complaint_kept",
        "stall.identity_ask",
        "stall.mandate_code",
        "stall.story_agree",
        "stall.story_withdraw",
        "stall.today_stop_change",
        "stall.unreached_known",
    }
)
"""Where money goes, what tells of it, who may act: 403 for a helper, whatever is typed."""

HELPERS_TOO = frozenset(
    {
        "stall.answers_save",
        "stall.product_answers_save",
        "stall.words_drop",
        "stall.words_take",
        "stall.drafts_list",
        "stall.fees",
        "stall.share",
        "stall.order_sent",
        "stall.visits",
        "stall.category_choose",
        "stall.product_change_withdraw",
        "stall.settings_change_withdraw",
        "stall.entry_correct",
        "stall.entry_new",
        "stall.entry_withdraw",
        "stall.export_make",
        "stall.lot_edit",
        "stall.lot_new",
        "stall.lot_recall",
        "stall.lot_seal",
        "stall.lot_set_aside",
        "stall.mandate_end",
        "stall.order_accept",
        "stall.order_accept_paid_first",
        "stall.order_called",
        "stall.order_no_show",
        "stall.order_slot",
        "stall.order_decline",
        "stall.order_hand_over",
        "stall.order_less",
        "stall.order_less_back",
        "stall.order_weigh",
        "stall.order_ready",
        "stall.order_say",
        "stall.order_sell_again",
        "stall.order_sold_out",
        "stall.order_take_up",
        "stall.complaint_restock",
        "stall.rating_answer",
        "stall.photo_add",
        "stall.photo_first",
        "stall.photo_keep",
        "stall.photo_remove",
        "stall.product_back_in_stock",
        "stall.product_edit",
        "stall.product_hide",
        "stall.product_new",
        "stall.product_price",
        "stall.product_show",
        "stall.product_sold_out",
        "stall.product_stock",
        "stall.settings",
        "stall.stamps_activate",
        "stall.stamps_print",
        "stall.stamps_sheet_make",
        "stall.stamps_void",
        "stall.task_stop",
        "stall.template_upload",
        "stall.today_seen",
        "stall.variant_edit",
        "stall.variant_new",
        "stall.variant_remove",
        "stall.weight_set",
    }
)
"""The daily work; ending one's own mandate takes away, so it is at once."""

TYPED = {
    "seen": "0-0",
    "bin": "970422",
    "number": "0900000013",
    "holder": "Trần Khánh Vy",
    "is_family": "y",
    "family_phone": "0900 000 002",
    "secret_key": "sk_test_vy",
    "hook_secret": "whsec_vy",
    "connect-secret": "whsec_vy_2026",
    "days": "91",
}
"""What a helper would have to type to be paid herself."""


def test_under_a_mandate_all_is_open_but_money_identity_and_consent(app: Flask, cast: Cast, now: Clock) -> None:
    world = World.make(cast, now())
    vy, refused, open_to_her = app.test_client(), set(), set()
    sign_in(vy, cast.vy, now())
    rules = [rule for rule in rules_of(app, f"{SELLER}/<gian>") if "POST" in methods_of(rule)]
    for rule in sorted(rules, key=lambda one: one.endpoint == "stall.mandate_end"):  # with it ends her right
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **arguments_of(rule, world.lan))  # type: ignore[arg-type]
        forget_last_request()
        answer = vy.post(path, data=TYPED)
        is_refused = (answer.status_code, answer.headers.get("X-Refused")) == (403, "owner_only")
        assert is_refused or answer.status_code != 404, rule.endpoint
        (refused if is_refused else open_to_her).add(rule.endpoint)
    assert refused == OWNERS_ALONE
    assert open_to_her == HELPERS_TOO


def test_a_helper_sees_where_money_goes_masked_and_without_buttons(app: Flask, cast: Cast, now: Clock) -> None:
    world = World.make(cast, now())
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    for end in ("tai-khoan-nhan-tien", "the", "tien", ""):
        text = vy.get(f"{SELLER}/{world.lan['gian']}/{end}").text
        for button in ("Lưu tài khoản", "Lưu khóa", "Thôi dùng tài khoản", "Ngừng báo có", "Nối báo có</button>"):
            assert button not in text, (end, button)
        assert "Dừng thay đổi này" not in text, end
        assert "Chủ hộ dừng được việc này" in text, end
    text = vy.get(f"{SELLER}/{world.lan['gian']}/tai-khoan-nhan-tien").text
    assert "số đuôi 8888" in text
    assert "Tiền về đâu là của chủ" in text
