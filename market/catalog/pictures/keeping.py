"""Keeps a picture as WebP in three widths under one random key, gives it back, forgets it."""

import hashlib
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from market.base.errors import NotFound
from market.base.secrets import random_key
from market.base.storage import storage
from market.catalog.pictures.reading import read_picture
from market.catalog.rules import KeptPhoto

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTHS = (320, 640, 1280)
QUALITY = 78


def _address(key: str, width: int) -> str:
    return f"photo/{key}-{width}.webp"


def jpeg_address(key: str) -> str:
    """Where the JPEG of a picture is stored that is made for the marketplaces, from its largest width."""
    return f"photo/{key}-{WIDTHS[-1]}.jpg"


def keep(content: bytes, *, key: str | None = None) -> KeptPhoto:
    """Clean a picture and store it in its three widths, under a key drawn before (`reserve_upload`) or a new one. Slow,
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
            storage().put(_address(key, width), _webp(picture, width))
    except OSError:
        with suppress(OSError):
            forget(key)
        raise


def _webp(picture: "Image", width: int) -> bytes:
    """The picture at most this wide; a smaller one is not blown up."""
    from PIL import Image

    fitting = picture
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        fitting = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    fitting.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()


def load(key: str, width: int) -> bytes:
    """One width of a kept picture; NotFound where there is none."""
    if width not in WIDTHS:
        raise NotFound
    return storage().get(_address(key, width))


def is_kept(key: str) -> bool:
    """Whether the picture is still in storage."""
    try:
        load(key, WIDTHS[0])
    except NotFound:
        return False
    return True


def forget(key: str) -> None:
    """Drop a picture's files. Twice is once."""
    for width in WIDTHS:
        storage().delete(_address(key, width))
    storage().delete(jpeg_address(key))
