"""A person's own account: sign up, sign in and out, a way back in, and what people who act for others need."""

from market.web.account import desks as desks
from market.web.account import family as family
from market.web.account import news as news
from market.web.account import push as push
from market.web.account import views as views
from market.web.account import ways as ways
from market.web.account.blueprint import blueprint
from market.web.account.resets import views as resets_views
from market.web.account.staff import views as staff_views

__all__ = ["blueprint", "resets_views", "staff_views", "views"]
