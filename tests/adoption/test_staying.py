"""Which of two businesses that are one goes on."""

from datetime import date, timedelta

from market.adoption.rules.staying import Holdings, who_goes_on


def test_the_newest_counted_sale_decides_who_goes_on() -> None:
    day = date(2026, 11, 1)
    old_good = Holdings(business_id=1, counted_on=day, sold_on=day, has_stall=True)
    new_bad = Holdings(business_id=2, sold_on=day + timedelta(days=9), has_stall=True, open_orders=4)
    assert who_goes_on(new_bad, old_good) == (old_good, new_bad)
    assert who_goes_on(Holdings(business_id=4), Holdings(business_id=3))[0].business_id == 3
    assert who_goes_on(Holdings(business_id=3), Holdings(business_id=4, members=1))[0].business_id == 4
