"""What somebody follows by a code, without an account: who has the code may look, nobody finds it by trying."""

from collections.abc import Callable
from typing import TypeVar

from market.base.attempts import count_try, refuse_closed
from market.base.errors import NotFound
from market.feedback.actions.brakes import FOLLOW
from market.web.base.callers import caller

T = TypeVar("T")


def followed(typed: str, parse: Callable[[str], str], find: Callable[[str], T]) -> T:
    """What `find` has under the code that was typed.

    NotFound, and counted at who tries, for a code of which there is none; one that is no code at all is a slip of the
    finger, and is not. TooManyTries past the limit, for a true code too.
    """
    refuse_closed(FOLLOW, caller=caller())
    try:
        code = parse(typed)
    except ValueError as error:
        raise NotFound(str(error)) from error
    try:
        return find(code)
    except NotFound:
        count_try(FOLLOW, caller=caller())
        raise
