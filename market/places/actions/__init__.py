"""What the operator does with communes and their places."""

from market.places.actions.communes import CommuneEdit as CommuneEdit
from market.places.actions.communes import NewCommune as NewCommune
from market.places.actions.communes import add_commune as add_commune
from market.places.actions.communes import edit_commune as edit_commune
from market.places.actions.places import take_places as take_places
