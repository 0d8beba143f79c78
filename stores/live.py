"""Who may watch which topic."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from omniretail.kernel import clock
from omniretail.kernel.api.authentication import principal_of
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models import User
from stores.people.pages.access import DEVICE_COOKIE, STAFF_COOKIE, badge_of, staff_with
from stores.people.roles import KPI_READ
from stores.people.staff import StaffMember

STOCK_READ = "stock:read"
_OF_A_STORE = ("work", "stock", "supply", "counts")


def allowed_topics(
    scope: Mapping[str, Any], wanted: Iterable[str], link: str = ""
) -> list[str]:
    """Those of the wanted topics that whoever opened the socket may watch: staff their
    store's, the admin and the online team the board, a customer the order behind the
    signed link, a program that may read the stock the stock of any place ("stock.<code>")
    or of all ("stock"), and whoever sells in a channel what it may sell
    ("sellable.<code>")."""
    cookies = scope.get("cookies", {})
    badge = badge_of(cookies.get(DEVICE_COOKIE))
    staff = staff_with(badge, cookies.get(STAFF_COOKIE), clock.now())
    admin = _admin_of(scope)
    program = _program_of(scope)
    mine = f"order.{number}" if (number := _order_behind(link)) else None
    return [
        topic
        for topic in wanted
        if topic == mine
        or _may_watch(topic, staff, is_admin=admin is not None)
        or _may_follow(topic, program)
    ]


def _may_watch(topic: str, staff: StaffMember | None, *, is_admin: bool) -> bool:
    kind, _dot, name = topic.partition(".")
    if is_admin:
        return kind in ("board", "order", "sellable", *_OF_A_STORE)
    if staff is None:
        return False
    if kind == "order":
        return True  # a nudge says only that something changed, not what
    if kind == "board":
        return staff.may(KPI_READ)
    if kind == "sellable":
        return name == settings.COUNTER_CHANNEL
    return kind in _OF_A_STORE and name == staff.store.code


def _may_follow(topic: str, program: Principal | None) -> bool:
    if program is None or STOCK_READ not in program.scopes:
        return False
    kind, _dot, name = topic.partition(".")
    if kind == "sellable":
        return _sells_in(program, name)
    is_near = program.store is None or program.store == name
    return kind == "stock" and is_near


def _sells_in(program: Principal, channel: str) -> bool:
    """A device stands at a counter; a program has a channel, or may ask for any."""
    if program.kind is PrincipalKind.DEVICE:
        return channel == settings.COUNTER_CHANNEL
    return bool(channel) and program.channel.upper() in ("", channel)


def _program_of(scope: Mapping[str, Any]) -> Principal | None:
    """The client or paired device whose token came with the request."""
    headers = dict(scope.get("headers", ()))
    given = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _space, token = given.partition(" ")
    return principal_of(token.strip()) if scheme.lower() == "bearer" else None


def _order_behind(link: str) -> str | None:
    """The number of the order a signed link opens; links are read by the floor above."""
    if not link:
        return None
    read_link: Callable[[str], str | None] = import_string(settings.ORDER_LINK)
    return read_link(link)


def _admin_of(scope: Mapping[str, Any]) -> User | None:
    session = scope.get("session")
    if session is None or not session.exists(session.session_key):  # signed out since
        return None
    user_id = session.get("_auth_user_id")
    return User.objects.filter(pk=user_id, is_active=True, is_staff=True).first()
