"""The benchmarks of the product's budgets: `make bench`, or `python -m bench [budget ...]`."""
