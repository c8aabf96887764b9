"""Renders the loudspeaker's recordings: `make clips`, wanted only when its words change."""
