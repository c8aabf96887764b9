"""Pages of sellers, helpers and keepers of pickup points."""

from market.web.stall import bank as bank
from market.web.stall import card as card
from market.web.stall import channels as channels
from market.web.stall import classes as classes
from market.web.stall import complaints as complaints
from market.web.stall import debts as debts
from market.web.stall import drafts as drafts
from market.web.stall import helper as helper
from market.web.stall import identity as identity
from market.web.stall import lots as lots
from market.web.stall import loudspeaker as loudspeaker
from market.web.stall import money as money
from market.web.stall import orders as orders
from market.web.stall import pickups as pickups
from market.web.stall import products as products
from market.web.stall import ratings as ratings
from market.web.stall import rounds as rounds
from market.web.stall import settings as settings
from market.web.stall import statements as statements
from market.web.stall import stories as stories
from market.web.stall import survey as survey
from market.web.stall import tasks as tasks
from market.web.stall import tickets as tickets
from market.web.stall import today as today
from market.web.stall import visits as visits
from market.web.stall import window as window
from market.web.stall.blueprint import blueprint

__all__ = ["blueprint"]
