"""Pictures for the marketplaces, which take no WebP."""

from market.channels.pictures import jpeg
from market.web.base.caching import public_for
from market.web.base.pictures import PUBLIC_SECONDS, SHARED_SECONDS, picture_answer
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


@blueprint.get("/anh/<key>.jpg")
@public_for(PUBLIC_SECONDS, shared=SHARED_SECONDS)
def photo_jpeg(key: str) -> Page:
    return picture_answer(key, "image/jpeg", lambda: jpeg(key))
