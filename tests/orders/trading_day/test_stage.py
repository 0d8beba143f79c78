"""The stage plays many scripts at once and loses none."""

from collections.abc import Iterator

from orders.trading_day.stage import Stage


def test_every_script_is_told_to_its_end() -> None:
    stage, told = Stage(threads=3), []

    def script(name: str) -> Iterator[float]:
        for line in range(3):
            told.append((name, line))
            yield 0.001

    for name in "abcdefgh":
        stage.add(name, script(name))
    stage.play()

    assert sorted(told) == [(name, line) for name in "abcdefgh" for line in range(3)]


def test_a_broken_script_stops_nobody_else() -> None:
    stage, told = Stage(threads=2), []

    def broken() -> Iterator[float]:
        yield 0.0
        raise ValueError("lost the thread")

    def sound() -> Iterator[float]:
        yield 0.01
        told.append("sound")

    stage.add("broken", broken())
    stage.add("sound", sound())
    stage.play()

    assert told == ["sound"]
    assert [name for name, _error in stage.broken] == ["broken"]


def test_a_script_may_add_another() -> None:
    stage, told = Stage(threads=1), []

    def later() -> Iterator[float]:
        told.append("later")
        yield 0.0

    def first() -> Iterator[float]:
        stage.add("later", later(), after=0.01)
        yield 0.0

    stage.add("first", first())
    stage.play()

    assert told == ["later"]


def test_stopping_begins_nothing_more() -> None:
    stage, told = Stage(threads=1), []

    def endless() -> Iterator[float]:
        while True:
            told.append(1)
            if len(told) == 5:
                stage.stop()
            yield 0.0

    stage.add("endless", endless())
    stage.play()

    assert len(told) == 5
