"""What the operator does with communes and their places, and what an office says of its own."""

from market.places.actions.communes import TWO_OFFICERS as TWO_OFFICERS
from market.places.actions.communes import CommuneEdit as CommuneEdit
from market.places.actions.communes import NewCommune as NewCommune
from market.places.actions.communes import add_commune as add_commune
from market.places.actions.communes import edit_commune as edit_commune
from market.places.actions.facts import NewFact as NewFact
from market.places.actions.facts import set_fact as set_fact
from market.places.actions.facts import withdraw_fact as withdraw_fact
from market.places.actions.hamlets import HamletEdit as HamletEdit
from market.places.actions.hamlets import NewHamlet as NewHamlet
from market.places.actions.hamlets import add_hamlet as add_hamlet
from market.places.actions.hamlets import add_hamlets as add_hamlets
from market.places.actions.hamlets import add_old_name as add_old_name
from market.places.actions.hamlets import rename_hamlet as rename_hamlet
from market.places.actions.modes import NewMode as NewMode
from market.places.actions.modes import begin_mode as begin_mode
from market.places.actions.neighbours import NeighboursSaid as NeighboursSaid
from market.places.actions.neighbours import set_neighbours as set_neighbours
from market.places.actions.places import take_places as take_places
from market.places.actions.points import PointSaid as PointSaid
from market.places.actions.points import add_point as add_point
from market.places.actions.points import edit_point as edit_point
from market.places.actions.points import use_point as use_point
from market.places.actions.rollout import Switch as Switch
from market.places.actions.rollout import switch_off as switch_off
from market.places.actions.rollout import switch_on as switch_on
