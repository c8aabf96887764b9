"""Pictures for the marketplaces, which take no WebP."""

from flask import Response

from market.channels.pictures import jpeg
from market.web.base.caching import YEAR_SECONDS, public_for
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint


@blueprint.get("/anh/<key>.jpg")
@public_for(YEAR_SECONDS)
def photo_jpeg(key: str) -> Page:
    return Response(jpeg(key), mimetype="image/jpeg")
