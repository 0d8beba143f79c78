"""Many callers at once, each a process of its own with its own connection."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
Call = Callable[[Barrier, int], T]

PATIENCE_SECONDS = 600
_FORK = multiprocessing.get_context("fork")


def run_in_processes(call: Call[T], *, callers: int) -> list[T]:
    """Give each caller the starting line and its number; answers in their order.

    Raises:
        RuntimeError: a caller broke off; its own words are on standard error.
    """
    connections.close_all()  # a connection must not be shared with a child
    barrier = _FORK.Barrier(callers)
    pipes = [_FORK.Pipe(duplex=False) for _caller in range(callers)]
    processes = [
        _FORK.Process(target=_work, args=(call, barrier, number, sender))
        for number, (_receiver, sender) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    answers = []
    for receiver, sender in pipes:
        sender.close()
        try:
            answers.append(receiver.recv())
        except EOFError:
            barrier.abort()
            raise RuntimeError("a caller broke off") from None
    for process in processes:
        process.join(PATIENCE_SECONDS)
    return answers


def _work(call: Call[T], barrier: Barrier, number: int, answer: object) -> None:
    answer.send(call(barrier, number))  # type: ignore[attr-defined]
    connections.close_all()
