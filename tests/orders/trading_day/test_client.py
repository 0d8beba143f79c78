"""A caller asks until it is answered, and never asks for two things."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from orders.trading_day.client import Caller, Manner, OutOfReach, Refused, Tally

Answer = Callable[[httpx.Request], httpx.Response]


def caller(answers: list[Answer | httpx.Response | Exception]) -> tuple[Caller, list[str]]:
    """A caller whose door gives these answers in turn, and the keys it saw."""
    keys: list[str] = []
    queue: Iterator[Answer | httpx.Response | Exception] = iter(answers)

    def door(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("Idempotency-Key", ""))
        answer = next(queue)
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    web = httpx.Client(base_url="http://door", transport=httpx.MockTransport(door))
    return Caller(web, Tally(), {"Authorization": "Bearer x"}, patience=5), keys


def ok(**body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_a_lost_answer_is_asked_for_again_under_the_same_key() -> None:
    speaker, keys = caller([httpx.ReadError("cut"), httpx.Response(502), ok(number="R-1")])
    assert speaker.tell("/orders", {"a": 1}) == {"number": "R-1"}
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert speaker.tally.retries == 2
    assert speaker.tally.server_errors == 1


def test_a_refusal_is_final_and_counted() -> None:
    refusal = httpx.Response(409, json={"code": "not_enough_stock", "sku": "S-1"})
    speaker, keys = caller([refusal])
    with pytest.raises(Refused) as refused:
        speaker.tell("/orders")
    assert (refused.value.code, refused.value.problem["sku"]) == ("not_enough_stock", "S-1")
    assert len(keys) == 1
    assert speaker.tally.refusals == {"not_enough_stock": 1}


def test_too_many_requests_are_asked_again_later() -> None:
    speaker, keys = caller([httpx.Response(429), ok(token="t")])
    assert speaker.tell("/login-codes") == {"token": "t"}
    assert len(keys) == 2


def test_sending_twice_notices_another_answer() -> None:
    speaker, keys = caller([ok(number="R-1"), ok(number="R-2")])
    speaker.tell("/orders", manner=Manner(is_resent=True))
    assert len(set(keys)) == 1
    assert speaker.tally.differing == ["/orders"]


def test_a_cut_connection_is_followed_by_the_same_request() -> None:
    speaker, keys = caller([httpx.ReadTimeout("hung up"), ok(number="R-1")])
    assert speaker.tell("/orders", manner=Manner(is_cut=True)) == {"number": "R-1"}
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert speaker.tally.cut == 1


def test_a_request_that_was_cut_may_still_be_under_way() -> None:
    busy = httpx.Response(503, json={"code": "busy"})
    speaker, keys = caller([httpx.ReadTimeout("hung up"), busy, ok(number="R-1")])
    assert speaker.tell("/orders", manner=Manner(is_cut=True)) == {"number": "R-1"}
    assert len(set(keys)) == 1
    assert (speaker.tally.overtaken, speaker.tally.server_errors) == (1, 0)


def test_patience_ends() -> None:
    def away(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    speaker, _keys = caller([away] * 100)
    speaker.patience = 0.2
    with pytest.raises(OutOfReach):
        speaker.read("/orders")
