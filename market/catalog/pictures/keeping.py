"""Keeps a picture as WebP in five widths under one random key, gives it back, forgets it."""

import hashlib
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from market.base.errors import NotFound
from market.base.outages import outage_of
from market.base.secrets import random_key
from market.base.storage import storage
from market.catalog.pictures.reading import read_picture
from market.catalog.rules import KeptPhoto

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = {320: 11_000, 480: 22_000, 640: 46_000, 960: 90_000, 1280: 280_000}
"""What each width may weigh: a page of 24 cards, and one of a product whose first picture is there after 1.5 s on slow
4G. The largest is what the others, and those for the marketplaces, can be made of again."""
WIDTHS = tuple(MOST_BYTES)
ADDED_LATER = (480, 960)
"""Pictures that were kept before have no such files."""
QUALITIES = (78, 68, 58, 48, 38)
"""Of WebP, the first that is light enough; leaves and grains in sharp light need the last ones, and hide it best."""


def _address(key: str, width: int) -> str:
    return f"photo/{key}-{width}.webp"


def jpeg_address(key: str) -> str:
    """Where the JPEG of a picture is stored that is made for the marketplaces, from its largest width."""
    return f"photo/{key}-{WIDTHS[-1]}.jpg"


def files_of(key: str) -> list[str]:
    """The storage keys under which a picture's files may lie: the largest first, of which the others can be made."""
    return [*(_address(key, width) for width in reversed(WIDTHS)), jpeg_address(key)]


def keep(content: bytes, *, key: str | None = None) -> KeptPhoto:
    """Clean a picture and store it in its widths, under a key drawn before (`reserve_upload`) or a new one. Slow,
    so never inside a transaction; BadPicture where it cannot be used, OSError, and no width stored, where storage takes
    nothing."""
    picture = read_picture(content)
    key = key or random_key()
    _store(key, picture)
    digest = hashlib.sha256(content).hexdigest()[:32]
    return KeptPhoto(key=key, width=picture.width, height=picture.height, digest=digest)


def _store(key: str, picture: "Image") -> None:
    try:
        for width in WIDTHS:
            storage().put(_address(key, width), webp(picture, width))
    except OSError:
        with suppress(OSError):
            forget(key)
        raise


def webp(picture: "Image", width: int) -> bytes:
    """The picture at most this wide, and as light as that width may be; a smaller one is not blown up."""
    from PIL import Image

    fitting = picture
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        fitting = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    content = b""
    for quality in QUALITIES:
        content = _saved(fitting, quality)
        if len(content) <= MOST_BYTES[width]:
            break
    return content


def _saved(picture: "Image", quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()


def load(key: str, width: int) -> bytes:
    """One width of a kept picture; NotFound where there is none. One that pictures did not have when this was kept is
    made of its largest, once."""
    if width not in WIDTHS:
        raise NotFound
    try:
        return storage().get(_address(key, width))
    except NotFound:
        if width not in ADDED_LATER:
            raise
        return _made_later(key, width)


def _made_later(key: str, width: int) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(storage().get(_address(key, WIDTHS[-1])))) as largest:
        content = webp(largest.convert("RGB"), width)
    try:
        storage().put(_address(key, width), content)
        storage().get(_address(key, WIDTHS[-1]))
    except NotFound:
        storage().delete(_address(key, width))  # it was forgotten meanwhile
    except OSError as error:
        if outage_of(error) is None:
            raise
    return content


def is_kept(key: str) -> bool:
    """Whether the picture is still in storage."""
    try:
        load(key, WIDTHS[0])
    except NotFound:
        return False
    return True


def forget(key: str) -> None:
    """Drop a picture's files, the largest first: of it others are made. Twice is once."""
    for width in reversed(WIDTHS):
        storage().delete(_address(key, width))
    storage().delete(jpeg_address(key))
