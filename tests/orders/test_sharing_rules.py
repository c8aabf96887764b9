"""What is there is given out whole, to those who ordered first, never more than they want."""

from hypothesis import given
from hypothesis import strategies as st

from market.orders.rules.sharing import share_in_turn


@given(
    there=st.integers(0, 200_000),
    wanted=st.lists(st.integers(1, 40), max_size=40),
    step=st.sampled_from([1, 100, 500, 1000]),
)
def test_all_of_what_is_there_is_given_in_whole_steps(there: int, wanted: list[int], step: int) -> None:
    amounts = [one * step for one in wanted]
    shares = share_in_turn(there, amounts, step)
    assert sum(shares) == min(sum(amounts), there - there % step)
    assert all(0 <= share <= amount and share % step == 0 for share, amount in zip(shares, amounts, strict=True))
    short = [at for at, (share, amount) in enumerate(zip(shares, amounts, strict=True)) if share < amount]
    assert all(share == 0 for share in shares[short[0] + 1 :]) if short else shares == amounts
    assert shares == share_in_turn(there, amounts, step)
