"""A person's own account: sign up, sign in and out, a password reset face to face."""

from market.web.account import family as family
from market.web.account import views as views
from market.web.account.blueprint import blueprint

__all__ = ["blueprint"]
