"""Questions about communes as wholes: their roll-out, their first day, all of a province side by side."""
