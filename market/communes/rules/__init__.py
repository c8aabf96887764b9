"""Rules about communes as wholes: what an archive carries, when a hamlet is active, how the roll-out is drawn."""
