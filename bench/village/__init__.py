"""A simulated commune for a year: honest households, cheats by script, the office at its work."""
