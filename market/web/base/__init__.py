"""What every page shares."""

from market.web.base import cart_count as cart_count
from market.web.base import changes as changes
from market.web.base import commune as commune
from market.web.base import complaints as complaints
from market.web.base import desks as desks
from market.web.base import drafts as drafts
from market.web.base import fragments as fragments
from market.web.base import notices as notices
from market.web.base import publishing as publishing
from market.web.base import push as push
from market.web.base import row_links as row_links
from market.web.base import seen as seen
from market.web.base import stall_watch as stall_watch
from market.web.base import stepping as stepping
from market.web.base.blueprint import blueprint

__all__ = ["blueprint"]
