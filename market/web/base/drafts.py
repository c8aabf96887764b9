"""What a browser keeps of what is half typed (static/js/kept.js): whose it is, and which of it was taken."""

import re

from flask import Response, g, request

from market.base.secrets import sign
from market.web.base.blueprint import blueprint
from market.web.base.caching import is_shared_page
from market.web.base.cookies import TAKEN, keep
from market.web.base.web import signed_in_id

FIELD = "draft"
_NAME = re.compile(r"[0-9-]{1,40}").fullmatch


@blueprint.app_template_global()
def draft_owner() -> str:
    """Names the person on this phone to its own browser, and to nobody else; empty for a guest."""
    person_id = None if is_shared_page() else signed_in_id()
    return "" if person_id is None else sign("draft-owner", str(person_id))[:16]


@blueprint.after_app_request
def name_taken(answer: Response) -> Response:
    """Tell the browser which of its drafts did its work: one that was refused, or never arrived, is still there."""
    if request.method == "POST" and answer.status_code == 303 and "refused" not in g and "asked_first" not in g:
        named = request.form.get(FIELD, "")
        if _NAME(named):
            keep(answer, TAKEN, named)
    return answer
