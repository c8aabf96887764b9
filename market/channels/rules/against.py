"""Why a marketplace would refuse a listing, said before it is sent, each reason with its cure."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from market.channels.rules.forbidden import cured, found_in, told
from market.channels.rules.limits import Bounds, ChannelLimits
from market.channels.rules.listings import ChannelListing, ListedWords


def listed_name(listing: ChannelListing, limits: ChannelLimits) -> str:
    """The product's name, with its true facts appended where the marketplace wants it longer; what its seller took for
    this marketplace instead."""
    if listing.words:
        return listing.words.name
    if len(listing.name) >= limits.name[0]:
        return listing.name
    return f"{listing.name} {listing.name_suffix}".strip()


def listed_description(listing: ChannelListing) -> str:
    """The description with the trace code, and no address: marketplaces forbid links to elsewhere."""
    said = listing.words.description if listing.words else listing.description
    if listing.trace_code is None:
        return said
    return f"{said}\n\nMã truy xuất: {listing.trace_code}"


def words_digest(name: str, description: str) -> str:
    """What a product's own words are known again by."""
    return hashlib.sha256(f"{name}\n{description}".encode()).hexdigest()


LONGEST_ANSWER = 500
_BARCODES = (8, 12, 13, 14)
_NUMBERS = re.compile(r"length|width|height|weight|_dts$|pre_order_time|stock|quantity")


def asks_number(token: str) -> bool:
    """Whether a column takes a whole number."""
    return _NUMBERS.search(token) is not None


def reason_against_answer(token: str, text: str, choices: Sequence[str] = (), own: Sequence[str] = ()) -> str:
    """Why an answer cannot stand in its column, "" where it can."""
    if len(text) > LONGEST_ANSWER:
        return f"Viết gọn trong {LONGEST_ANSWER} chữ."
    if choices:
        return "" if text in choices else "Mời chọn một ý có trong danh sách của mẫu."
    if asks_number(token) and not (text.isascii() and text.isdigit() and 0 < len(text) < 9):
        return "Mời ghi một số nguyên."
    if "gtin" in token and text.isascii() and text.isdigit() and len(text) in _BARCODES and not _checks(text):
        return "Mã vạch này gõ nhầm một số: mời xem lại dãy số dưới vạch."
    if found := found_in(text, own):
        return f"Sàn không nhận {told(found)}: mời bỏ chữ đó."
    return ""


def _checks(digits: str) -> bool:
    """Whether the last digit of a GTIN is the check of the others (GS1 General Specifications 7.9.1)."""
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0


def reasons_against(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    """Why the marketplace would refuse the listing, each reason a sentence for its seller; none when it may go."""
    if not listing.is_public:
        yield "Món này chưa hiện trên chợ nên chưa đưa lên sàn: hãy xem vì sao ở trang hàng."
    if listing.is_stopped:
        yield "Lô hàng đã thu hồi hoặc quá hạn nên món này đang ngừng bán: hãy ghi xong lô mới trước."
    yield from _about_words(listing, limits)
    yield from _about_images(listing, limits)
    yield from _about_parcel(listing, limits)
    yield from _about_variants(listing, limits)
    yield from _about_tiers(listing, limits)


def _about_words(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if listing.words_are_old:
        yield "Món hàng đã đổi chữ từ khi bạn lấy chữ riêng cho sàn: hãy xem lại chữ gửi sàn."
    yield from _about_length("Tên hàng", listed_name(listing, limits), limits.name)
    yield from _about_length("Phần mô tả", listed_description(listing), limits.description)
    yield from _about_forbidden(listing, limits)


def _about_forbidden(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    texts = (("Tên hàng", listed_name(listing, limits)), ("Phần mô tả", listed_description(listing)))
    for what, text in texts:
        if found := found_in(text, limits.own):
            yield f"{what} có {told(found)}, sàn không nhận: hãy lấy chữ đã sửa cho riêng sàn này."
    for text in _choices(listing):
        if found := found_in(text, limits.own):
            yield f"Tên phân loại có {told(found)}, sàn không nhận: hãy sửa ở món hàng."
    for text in listing.answers.values():
        if found := found_in(text, limits.own):
            yield f"Câu trả lời có {told(found)}, sàn không nhận: hãy sửa ở “Sàn hỏi thêm”."


def _choices(listing: ChannelListing) -> Sequence[str]:
    """The names of its choices, each once."""
    return tuple(dict.fromkeys([*listing.tiers, *(one for variant in listing.variants for one in variant.options)]))


def cure_of(listing: ChannelListing, limits: ChannelLimits) -> ListedWords | None:
    """The words that a marketplace would take in place of those that it would not; None where it takes them as they
    are. The trace code is no part of them: it follows them."""
    name = listed_name(listing, limits)
    description = listing.words.description if listing.words else listing.description
    if not (listing.words_are_old or found_in(name, limits.own) or found_in(description, limits.own)):
        return None
    proper = [part.strip() for part in listing.name_suffix.replace("xã ", ",").replace("thôn ", ",").split(",")]
    name, description = (cured(text, own=limits.own, proper=proper) for text in (name, description))
    return ListedWords(name=name, description=description)


def _about_length(what: str, text: str, bounds: Bounds) -> Iterator[str]:
    shortest, longest = bounds
    if len(text) < shortest:
        yield f"{what} mới có {len(text)} ký tự, sàn cần ít nhất {shortest}: hãy viết thêm."
    if len(text) > longest:
        yield f"{what} dài {len(text)} ký tự, sàn chỉ nhận {longest}: hãy rút ngắn."


def _about_images(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if not listing.images:
        yield "Chưa có ảnh: hãy thêm ít nhất 1 ảnh."
    if limits.images is not None and len(listing.images) > limits.images:
        yield f"Có {len(listing.images)} ảnh, sàn nhận nhiều nhất {limits.images}: hãy bỏ bớt."
    if listing.image_side is not None and listing.image_side < (limits.image_side or 0):
        yield f"Có ảnh nhỏ hơn {limits.image_side} điểm ảnh, sàn chê mờ: hãy chụp lại ảnh rõ hơn."
    if not all(image.startswith(("https://", "http://")) for image in listing.images):
        yield "Ảnh chưa có địa chỉ công khai nên sàn không lấy được: hãy báo cán bộ phụ trách chợ."


def _about_parcel(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if listing.weight_grams is None and limits.weight_needed:
        yield "Chưa có cân nặng khi gửi: hãy ghi số gam của gói hàng."
    if listing.weight_grams is not None and listing.weight_grams <= 0:
        yield "Cân nặng khi gửi phải lớn hơn 0 gam."
    if listing.size_cm is not None and min(listing.size_cm) <= 0:
        yield "Kích thước gói hàng phải đủ dài, rộng, cao và lớn hơn 0 cm."


def _about_variants(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if not listing.variants:
        yield "Chưa có loại nào để bán: hãy thêm giá và số lượng."
        return
    if limits.variants is not None and len(listing.variants) > limits.variants:
        yield f"Có {len(listing.variants)} loại, sàn nhận nhiều nhất {limits.variants}: hãy tách thành nhiều món."
    yield from _about_prices([variant.price for variant in listing.variants], limits)
    yield from _about_skus([variant.sku for variant in listing.variants], limits)
    yield from _about_stocks([variant.stock for variant in listing.variants], limits)


def _about_prices(prices: list[int], limits: ChannelLimits) -> Iterator[str]:
    lowest, highest = limits.price
    if min(prices) < lowest or max(prices) > highest:
        yield f"Giá phải từ {_thousands(lowest)} đến {_thousands(highest)} đồng."
    if limits.price_ratio is not None and max(prices) > limits.price_ratio * min(prices):
        yield f"Loại đắt nhất hơn {limits.price_ratio} lần loại rẻ nhất: hãy tách thành hai món."


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _about_skus(skus: list[str], limits: ChannelLimits) -> Iterator[str]:
    if not all(skus):
        yield "Có loại chưa có mã hàng (SKU): hãy đặt mã."
    if not all(sku.isascii() and sku.isprintable() for sku in skus):
        yield "Mã hàng (SKU) chỉ gồm chữ không dấu và số."
    if limits.sku is not None and any(len(sku) > limits.sku for sku in skus):
        yield f"Mã hàng (SKU) nhiều nhất {limits.sku} ký tự: hãy đặt mã ngắn hơn."
    if len(set(skus)) < len(skus):
        yield "Hai loại trùng mã hàng (SKU): mỗi loại cần một mã riêng."


def _about_stocks(stocks: list[int | None], limits: ChannelLimits) -> Iterator[str]:
    counted = [stock for stock in stocks if stock is not None]
    if len(counted) < len(stocks):
        yield "Sàn cần số lượng còn của từng loại: hãy ghi số."
    if any(stock < 0 for stock in counted) or (limits.stock is not None and max(counted, default=0) > limits.stock):
        most = "" if limits.stock is None else f" đến {_thousands(limits.stock)}"
        yield f"Số lượng còn phải từ 0{most}."


def _about_tiers(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    if len(listing.tiers) > limits.tiers:
        yield f"Có {len(listing.tiers)} nhóm phân loại, sàn nhận nhiều nhất {limits.tiers}."
    if len(listing.variants) > 1 and not listing.tiers:
        yield "Có nhiều loại mà chưa đặt tên nhóm phân loại (ví dụ: Quy cách)."
    longest = max(map(len, listing.tiers), default=1) if limits.tier_name is None else limits.tier_name
    if any(not 1 <= len(tier) <= longest for tier in listing.tiers):
        most = "" if limits.tier_name is None else f" đến {longest}"
        yield f"Tên nhóm phân loại phải có từ 1{most} ký tự."
    yield from _about_options(listing, limits)


def _about_options(listing: ChannelListing, limits: ChannelLimits) -> Iterator[str]:
    options = [variant.options for variant in listing.variants]
    if any(len(chosen) != len(listing.tiers) or not all(chosen) for chosen in options):
        yield "Có loại chưa ghi đủ tên phân loại."
    if limits.option is not None:
        for option in dict.fromkeys(one for chosen in options for one in chosen if len(one) > limits.option):
            yield f"Tên phân loại “{option}” dài quá {limits.option} ký tự: hãy rút ngắn."
    if listing.tiers and len(set(options)) < len(options):
        yield "Hai loại trùng tên phân loại: hãy đặt tên khác nhau."
