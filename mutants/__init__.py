"""Mutants: small faults set into a copy of the market, one at a time, to see whether the tests notice."""
