import gc

# Starting makes some hundred thousand objects that all stay: Python would look through them for garbage after every
# seven hundred, again and again, which is a fifth of the start of each process.
gc.set_threshold(50_000, 20, 20)
