"""Pictures for the marketplaces, which take no WebP."""

from flask import Response

from market.channels.pictures import jpeg
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint

YEAR_SECONDS = 365 * 24 * 3600


@blueprint.get("/anh/<key>.jpg")
def photo_jpeg(key: str) -> Page:
    response = Response(jpeg(key), mimetype="image/jpeg")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
