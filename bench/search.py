"""Budget 3: how fast goods are found among 100,000, and how often one slip of the fingers is put right."""

import random
from string import ascii_lowercase

ALPHABET = ascii_lowercase


def slip(text: str, dice: random.Random) -> str:
    """The text with one letter left out, put in, replaced, or two neighbours in a word swapped; never as it was."""
    while True:
        words = text.split()
        i = dice.randrange(len(words))
        words[i] = _slip(words[i], dice)
        if words[i] and " ".join(words) != text:
            return " ".join(words)


def _slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    letter = dice.choice(ALPHABET)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        )
    )
