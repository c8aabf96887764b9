"""The tests. While they are read nothing is thrown away: looking for garbage would be a fifth of the reading."""

import gc

gc.disable()
