"""What a tester does: look into the sandbox mailbox for the code that was just sent."""

import re
import time
from datetime import datetime
from functools import partial

from loyalty.messaging.queries import mailbox
from orders.trading_day.steadily import steadily

_CODE = re.compile(r"\b(\d{6})\b")
_PATIENCE, _PAUSE = 15.0, 0.3


class NoMail(Exception):
    """The code never came."""


def login_code(address: str, *, since: datetime) -> str:
    """The newest one-time code sent to an address after a moment."""
    given_up_at = time.monotonic() + _PATIENCE
    while time.monotonic() < given_up_at:
        for mail in steadily(partial(mailbox, address)):
            found = _CODE.search(mail.body)
            if found and mail.received_at >= since:
                return found.group(1)
        time.sleep(_PAUSE)
    raise NoMail(address)
