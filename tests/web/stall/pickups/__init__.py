"""Pages of the keepers of pickup points."""
