"""Pages: four front ends and the calls of machines, above every domain."""
