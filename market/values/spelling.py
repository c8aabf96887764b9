"""Words one slip apart: a letter changed, left out or put in, or two neighbours swapped."""


def deletions(word: str) -> set[str]:
    """The word, and the word with any one letter left out: two words one slip apart have one of these in common."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))} - {""}


def is_one_slip(one: str, other: str) -> bool:
    """Whether the words differ, and by one slip only."""
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(longer) - len(shorter) > 1:
        return False
    start = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    if shorter[start + 1 :] == longer[start + 1 :]:
        return True
    return shorter[start : start + 2] == longer[start : start + 2][::-1] and shorter[start + 2 :] == longer[start + 2 :]
