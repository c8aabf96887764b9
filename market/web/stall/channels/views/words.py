"""The words that a product has on one marketplace alone, where that one does not take its own."""

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.catalog.actions.listing import VariantRef
from market.channels import queries
from market.channels.actions.wording import NewWords, drop_words, take_words
from market.channels.formats import FORMATS
from market.channels.rules import ChannelLimits, ChannelListing, ListedWords, listed_name
from market.web.base.access import StallContext, stall_page
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.channels.forms import WordsForm
from market.web.stall.channels.preparing import ChannelBoard, board_of


@blueprint.get("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/chu")
@stall_page
def channel_words(desk: StallContext, channel: str, product_id: int) -> Page:
    """What would go out, to be changed for this marketplace alone; what it would not take is cured already."""
    board, listing = _listing(desk, channel, product_id)
    said = board.cure_of(listing) or listing.words or _own_words(listing, _limits(board))
    form = WordsForm(data={"name": said.name, "description": said.description, "of": board.digest_of(listing)})
    return _words_page(desk, board, listing, form)


def _listing(desk: StallContext, channel: str, product_id: int) -> tuple[ChannelBoard, ChannelListing]:
    board = board_of(desk, queries.template_of(reading(), desk.stall_id, channel))
    return board, board.listing_of(product_id)


def _limits(board: ChannelBoard) -> ChannelLimits:
    """NotFound for a marketplace of which no limit is known: it takes words as they are."""
    if board.manifest.limits is None:
        raise NotFound
    return board.manifest.limits


def _own_words(listing: ChannelListing, limits: ChannelLimits) -> ListedWords:
    return ListedWords(name=listed_name(listing, limits), description=listing.description)


def _words_page(desk: StallContext, board: ChannelBoard, listing: ChannelListing, form: WordsForm) -> Page:
    page = render_template(
        "stall/channels/channel_words.html",
        desk=desk,
        board=board,
        name=FORMATS[board.channel].label,
        listing=listing,
        limits=_limits(board),
        reasons=board.filled.reasons_for(listing.product_id),
        form=form,
    )
    return page, form.wrong_status if form.errors_said or form.refusal else 200


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/chu/lay")
@stall_page
def words_take(desk: StallContext, channel: str, product_id: int) -> Page:
    board, listing = _listing(desk, channel, product_id)
    form = WordsForm.of_request()
    if form.submitted() and form.fits(_limits(board)):
        with form.keeping_what_was_typed():
            which = VariantRef(stall_id=desk.stall_id, product_id=product_id)
            new = NewWords(channel=channel, words=form.as_words(), of=form.of.data or board.digest_of(listing))
            with transaction() as writing:
                take_words(writing, desk.actor, which, new, now=clock.now())
            flash(f"{listing.name}: {FORMATS[channel].label} nhận chữ đã sửa. Chữ ở chợ giữ nguyên.")
            return _back(desk, channel, product_id)
    return _words_page(desk, board, listing, form)


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/chu/bo")
@stall_page
def words_drop(desk: StallContext, channel: str, product_id: int) -> Page:
    which = VariantRef(stall_id=desk.stall_id, product_id=product_id)
    with transaction() as writing:
        drop_words(writing, desk.actor, which, channel, now=clock.now())
    flash("Sàn lại dùng chữ như ở chợ.")
    return _back(desk, channel, product_id)


def _back(desk: StallContext, channel: str, product_id: int) -> Page:
    anchor = f"mon-{product_id}"
    return redirect(url_for("stall.channel", gian=desk.slug, channel=channel, mon=product_id, _anchor=anchor), 303)
