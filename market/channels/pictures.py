"""Pictures as the marketplaces take them: JPEG, made once from the stored WebP."""

from io import BytesIO

from market.base.errors import NotFound
from market.base.outages import outage_of
from market.base.storage import storage
from market.catalog import pictures

QUALITY = 85


def jpeg(key: str) -> bytes:
    """The picture as JPEG; NotFound where there is none."""
    address = pictures.jpeg_address(key)
    try:
        return storage().get(address)
    except NotFound:
        content = _as_jpeg(pictures.load(key, pictures.WIDTHS[-1]))
        _keep(address, content)
        return content


def _keep(address: str, content: bytes) -> None:
    """So that it is made once; where storage takes nothing now, it is made again."""
    try:
        storage().put(address, content)
    except OSError as error:
        if outage_of(error) is None:
            raise


def _as_jpeg(webp: bytes) -> bytes:
    from PIL import Image  # slow to import, and few pages need it

    with Image.open(BytesIO(webp)) as picture:
        out = BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
