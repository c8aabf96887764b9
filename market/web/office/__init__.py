"""The commune office's pages."""

from market.web.office import approvals as approvals
from market.web.office import city as city
from market.web.office import classes as classes
from market.web.office import complaints as complaints
from market.web.office import farming as farming
from market.web.office import helping as helping
from market.web.office import ideas as ideas
from market.web.office import identity as identity
from market.web.office import kpi as kpi
from market.web.office import log as log
from market.web.office import ocop as ocop
from market.web.office import posts as posts
from market.web.office import programme as programme
from market.web.office import ratings as ratings
from market.web.office import register as register
from market.web.office import reports as reports
from market.web.office import rollout as rollout
from market.web.office import settings as settings
from market.web.office import stories as stories
from market.web.office import survey as survey
from market.web.office import tasks as tasks
from market.web.office import tickets as tickets
from market.web.office.blueprint import blueprint

__all__ = ["blueprint"]
