"""What there is to tell, and how it prefers to travel."""

from dataclasses import dataclass

SMS, EMAIL = "SMS", "EMAIL"
SERVICE, MARKETING = "SERVICE", "MARKETING"


@dataclass(frozen=True)
class Notice:
    """A kind of message: its template, the channel that suits it, its purpose."""

    template: str
    prefers: str
    purpose: str = SERVICE


@dataclass(frozen=True)
class Recipient:
    """Whom to tell: a phone, an e-mail or both, and in which language."""

    phone: str
    email: str
    language: str
    name: str = ""
    customer_number: str | None = None

    def address(self, channel: str) -> str:
        return self.phone if channel == SMS else self.email


PLACED = Notice("placed", EMAIL)
READY = Notice("ready", SMS)
LATE = Notice("late", SMS)
SHORT = Notice("short", SMS)
MOVED = Notice("moved", SMS)
LACKING = Notice("lacking", SMS)
SHIPPED = Notice("shipped", EMAIL)
DELIVERED = Notice("delivered", EMAIL)
EXPIRED = Notice("expired", SMS)
CANCELLED = Notice("cancelled", SMS)
RETURNED = Notice("returned", EMAIL)
BACK_IN_STOCK = Notice("back_in_stock", EMAIL)
LOGIN_CODE = Notice("login_code", SMS)
VERIFY_CODE = Notice("verify_code", SMS)
POINTS = Notice("points", EMAIL, MARKETING)

ALL = (
    PLACED,
    READY,
    LATE,
    SHORT,
    MOVED,
    LACKING,
    SHIPPED,
    DELIVERED,
    EXPIRED,
    CANCELLED,
    RETURNED,
    BACK_IN_STOCK,
    LOGIN_CODE,
    VERIFY_CODE,
    POINTS,
)


def channels(notice: Notice, recipient: Recipient) -> list[str]:
    """The channels a recipient can be reached by, the fitting one first."""
    order = [SMS, EMAIL] if notice.prefers == SMS else [EMAIL, SMS]
    return [channel for channel in order if recipient.address(channel)]


def pause_after(tries: int) -> int:
    """Seconds to wait after so many failed tries: 30 s, doubling, at most an hour."""
    return int(min(30 * 2 ** max(tries - 1, 0), 3600))
