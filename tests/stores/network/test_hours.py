from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from stores.network import hours
from stores.network.hours import Hours, NeverOpens, OtherHours, UnreadableHours

MOSCOW = ZoneInfo("Europe/Moscow")
TEN_TO_TEN = Hours("Mo-Su 10:00-22:00", "Europe/Moscow", "RU")
FRIDAY = date(2026, 11, 20)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), MOSCOW)


def test_a_shop_is_open_from_its_first_minute_and_closed_from_its_last() -> None:
    assert not hours.is_open(TEN_TO_TEN, at(9, 59))
    assert hours.is_open(TEN_TO_TEN, at(10))
    assert hours.is_open(TEN_TO_TEN, at(21, 59))
    assert not hours.is_open(TEN_TO_TEN, at(22))


def test_hours_are_read_in_the_places_own_zone() -> None:
    east = Hours("Mo-Su 10:00-22:00", "Asia/Vladivostok", "RU")
    midnight_utc = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 10:30 in Vladivostok
    assert hours.is_open(east, midnight_utc)
    assert not hours.is_open(TEN_TO_TEN, midnight_utc)


def test_the_next_opening_of_an_open_place_is_now() -> None:
    assert hours.next_opening(TEN_TO_TEN, at(12)) == at(12)
    assert hours.next_opening(TEN_TO_TEN, at(23)) == at(10, day=date(2026, 11, 21))


def test_closing_is_told_only_while_open() -> None:
    assert hours.closing(TEN_TO_TEN, at(12)) == at(22)
    assert hours.closing(TEN_TO_TEN, at(9)) is None


def test_a_night_shift_goes_on_past_midnight() -> None:
    bar = Hours("Fr 20:00-02:00", "Europe/Moscow", "RU")
    assert hours.is_open(bar, at(1, day=date(2026, 11, 21)))
    assert hours.closing(bar, at(23)) == at(2, day=date(2026, 11, 21))


def test_a_day_off_closes_the_place() -> None:
    closed = OtherHours(FRIDAY, None, None)
    place = Hours("Mo-Su 10:00-22:00", "Europe/Moscow", "RU", (closed,))
    assert not hours.is_open(place, at(12))
    assert hours.next_opening(place, at(12)) == at(10, day=date(2026, 11, 21))


def test_a_short_day_overrules_the_week() -> None:
    short = OtherHours(FRIDAY, time(12), time(16))
    place = Hours("Mo-Su 10:00-22:00", "Europe/Moscow", "RU", (short,))
    assert not hours.is_open(place, at(11))
    assert hours.closing(place, at(13)) == at(16)


def test_public_holidays_of_the_country_count_where_the_week_says_so() -> None:
    place = Hours("Mo-Su 10:00-22:00; PH off", "Europe/Moscow", "RU")
    assert not hours.is_open(place, at(12, day=date(2026, 1, 1)))


def test_preparing_is_done_in_open_hours_only() -> None:
    hour = timedelta(hours=1)
    assert hours.ready_by(TEN_TO_TEN, at(12), hour) == at(13)
    tomorrow = date(2026, 11, 21)
    assert hours.ready_by(TEN_TO_TEN, at(21, 30), hour) == at(10, 30, tomorrow)
    assert hours.ready_by(TEN_TO_TEN, at(3), hour) == at(11)


def test_round_the_clock_has_no_gap_at_midnight() -> None:
    always = Hours("24/7", "Europe/Moscow", "RU")
    after = hours.ready_by(always, at(23, 30), timedelta(hours=1))
    assert after == at(0, 30, date(2026, 11, 21))


def test_an_order_is_kept_until_closing_time_of_the_last_day() -> None:
    assert hours.keep_until(TEN_TO_TEN, at(14), 3) == at(22, day=date(2026, 11, 23))


def test_a_place_that_never_closes_keeps_an_order_until_midnight() -> None:
    always = Hours("24/7", "Europe/Moscow", "RU")
    assert hours.keep_until(always, at(14), 3) == at(0, day=date(2026, 11, 24))


def test_a_place_that_closes_after_midnight_keeps_an_order_until_midnight() -> None:
    late = Hours("Mo-Su 10:00-26:00", "Europe/Moscow", "RU")
    assert hours.keep_until(late, at(14), 3) == at(0, day=date(2026, 11, 24))


def test_an_order_whose_last_day_is_a_day_off_is_kept_until_the_next_open_day() -> None:
    weekdays = Hours("Mo-Fr 10:00-18:00", "Europe/Moscow", "RU")
    assert hours.keep_until(weekdays, at(14), 1) == at(18, day=date(2026, 11, 23))


def test_when_clocks_change_a_shop_still_opens_at_ten() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    place = Hours("Mo-Su 10:00-20:00", "Europe/Berlin", "DE")
    night = datetime(2026, 10, 24, 23, tzinfo=berlin)
    opening = hours.next_opening(place, night)
    assert opening == datetime(2026, 10, 25, 10, tzinfo=berlin)
    assert opening is not None
    assert opening.astimezone(UTC).hour == 9


def test_a_place_that_never_opens_promises_nothing() -> None:
    never = Hours("off", "Europe/Moscow", "RU")
    assert hours.next_opening(never, at(12)) is None
    with pytest.raises(NeverOpens):
        hours.ready_by(never, at(12), timedelta(minutes=1))
    with pytest.raises(NeverOpens):
        hours.keep_until(never, at(12), 1)


def test_nonsense_is_refused() -> None:
    with pytest.raises(UnreadableHours):
        hours.check_expression("when we feel like it", "RU")
    hours.check_expression("Mo-Fr 09:00-18:00; PH off", "RU")


def test_days_on_which_a_place_opens_are_named() -> None:
    """Friday to Tuesday: the weekend is free, but for a Saturday before the holidays; the
    Monday after is a holiday of the shop."""
    other = (
        OtherHours(date(2026, 11, 21), time(10), time(15)),
        OtherHours(date(2026, 11, 23), None, None),
    )
    shop = Hours("Mo-Fr 10:00-20:00", "Europe/Moscow", "RU", other)
    days = hours.open_days(shop, FRIDAY, date(2026, 11, 24))
    assert [day.day for day in days] == [20, 21, 24]
    assert hours.open_days(shop, FRIDAY, date(2026, 11, 19)) == []
