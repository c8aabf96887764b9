"""One module a page, or a page and its buttons."""

from market.web.stall.channels.views import answers as answers
from market.web.stall.channels.views import board as board
from market.web.stall.channels.views import pictures as pictures
from market.web.stall.channels.views import products as products
from market.web.stall.channels.views import words as words
