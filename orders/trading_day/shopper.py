"""A buyer on the site, in the app or beside a clerk: fills a cart, pays, comes for it."""

from random import Random

from orders.trading_day.book import Book
from orders.trading_day.client import PLAIN, Caller, Json, Manner, Refused
from orders.trading_day.counter import Counter
from orders.trading_day.doors import Doors
from orders.trading_day.floor import Floor, Task
from orders.trading_day.mailbox import NoMail
from orders.trading_day.plan import SITE, TABLET, Twist, Visit, Want
from orders.trading_day.stage import Script, Stage

PAYS, DECLINED = "card-4242", "card-0002"
# Some cards pay, but the first answer is lost, the first call is not heard, or it is slow.
_ODD_CARDS = {7: "card-0119", 13: "card-0127", 19: "card-0259"}
_ODD_EVERY = 25
_SIGNS_IN_EVERY = 3
_LINKS_EVERY = 2


class Shopper:
    """Plays one visit from the first look to the last bag."""

    def __init__(
        self, visit: Visit, doors: Doors, book: Book, floor: Floor, stage: Stage
    ) -> None:
        self.visit = visit
        self.doors = doors
        self.book = book
        self.floor = floor
        self.stage = stage

    def play(self) -> Script:
        """Look, fill the cart, pay or leave, call off or collect."""
        caller = self._caller()
        wants = self._available(caller)
        yield 0.2
        if not wants:
            self.book.refuse(self.visit.channel, "nothing_available")
            return
        token = self._fill(caller, wants)
        yield 0.3
        if Twist.ABANDONED in self.visit.twists:
            self.book.note("carts left behind")
            return
        order = self._check_out(caller, token, wants)
        if order is None:
            return
        reader = self._reader(caller, order)
        while order["status"] == "PENDING":
            yield 0.5
            order = reader.read(f"/api/v1/orders/{order['number']}")
        if order["status"] == "CANCELLED":
            self.book.refuse(self.visit.channel, "payment_refused_later")
            return
        self.book.place(
            order["number"], order["channel"], order["total_amount"], order["link"]
        )
        yield 0.5
        if Twist.CANCELLED in self.visit.twists and self._cancel(reader, order):
            return
        self._follow(reader, order)

    def _caller(self) -> Caller:
        visit = self.visit
        if visit.channel == TABLET:
            return self.doors.clerk(visit.store_code)
        signs_in = Twist.POINTS in visit.twists or visit.number % _SIGNS_IN_EVERY == 0
        if visit.channel == SITE and visit.person.is_regular and signs_in:
            try:
                return self.doors.customer(visit.person)
            except NoMail:
                self.book.note("sign-in codes that did not come in time")
        return self.doors.program(visit.channel.lower())

    def _available(self, caller: Caller) -> list[Want]:
        """What of the wish list the chosen store really has; parcels come from anywhere."""
        here = [want.sku_code for want in self.visit.wants if want.store_code]
        if not here:
            return list(self.visit.wants)
        asked = {"store": self.visit.store_code, "sku": here}
        shelf = caller.read("/api/v1/availability", **asked)
        units = {row["sku"]: row["available"] for row in shelf["items"]}
        return [
            want
            for want in self.visit.wants
            if not want.store_code or units.get(want.sku_code, 0) >= want.quantity
        ]

    def _fill(self, caller: Caller, wants: list[Want]) -> str:
        visit, person = self.visit, self.visit.person
        cart = caller.tell("/api/v1/carts", self._new_cart(caller))
        path = f"/api/v1/carts/{cart['token']}"
        for old in cart["lines"]:
            caller.tell(f"{path}/lines", _line(old["sku"], old["intent"], old["store"], 0))
        for want in wants:
            line = _line(want.sku_code, want.intent, want.store_code, want.quantity)
            caller.tell(f"{path}/lines", line, manner=self._manner())
        told: Json = {
            "name": person.name,
            "phone": person.phone,
            "email": person.email,
            "language": person.language,
            "redeem_points": 300 if Twist.POINTS in visit.twists else 0,
        }
        if any(want.intent == "SHIP" for want in wants):
            home = visit.home
            told |= {
                "city": home.city,
                "address": home.address,
                "postal_code": home.postal_code,
                "latitude": float(home.latitude),
                "longitude": float(home.longitude),
            }
        caller.change("PATCH", path, told)
        return str(cart["token"])

    def _new_cart(self, caller: Caller) -> Json:
        visit = self.visit
        opened: Json = {"language": visit.person.language}
        if visit.channel == TABLET:
            opened["store"] = visit.store_code
        if visit.person.is_regular and "cust_" not in caller.headers.get(
            "Authorization", ""
        ):
            opened["customer"] = self._number_of(caller)
        return opened

    def _number_of(self, caller: Caller) -> str:
        found = caller.read("/api/v1/customers", q=self.visit.person.phone)
        return str(found["items"][0]["number"])

    def _manner(self) -> Manner:
        """How this buyer's line behaves."""
        twists = self.visit.twists
        if not twists & {Twist.RESENT, Twist.CUT}:
            return PLAIN
        return Manner(is_resent=Twist.RESENT in twists, is_cut=Twist.CUT in twists)

    def _check_out(self, caller: Caller, token: str, wants: list[Want]) -> Json | None:
        cart = f"/api/v1/carts/{token}"
        path = f"{cart}/checkout"
        chance = Random(self.visit.number)  # noqa: S311 - a play
        counter = Counter(caller, cart, self.book.articles, chance)
        if counter.scan(wants):
            self.book.note("serial numbers scanned at the counter")
        if Twist.DECLINED in self.visit.twists:
            self._expect_decline(caller, path)
        left = list(wants)
        while left:
            try:
                order = caller.tell(
                    path, self._payment(caller, token), manner=self._manner()
                )
            except Refused as refused:
                if counter.scan_another(refused):
                    continue
                self.book.refuse(self.visit.channel, refused.code)
                left = self._take_out(caller, token, left, refused)
            else:
                return dict(order)
        return None

    def _payment(self, caller: Caller, token: str) -> Json:
        """The card, and the total the buyer has just seen."""
        quote = caller.read(f"/api/v1/carts/{token}/quote")
        card = _ODD_CARDS.get(self.visit.number % _ODD_EVERY, PAYS)
        return {"payment": {"method": card}, "expected_total": quote["total_amount"]}

    def _expect_decline(self, caller: Caller, path: str) -> None:
        try:
            caller.tell(path, {"payment": {"method": DECLINED}})
        except Refused as refused:
            self.book.note(f"cards declined: {refused.code}")
        else:
            self.book.complain("a card that is always declined has paid")

    def _take_out(
        self, caller: Caller, token: str, left: list[Want], refused: Refused
    ) -> list[Want]:
        """Do without what is gone meanwhile; give up on any other refusal."""
        gone = refused.problem.get("sku")
        kept = [want for want in left if want.sku_code != gone]
        if len(kept) == len(left):
            return []
        for want in left:
            if want.sku_code == gone:
                line = _line(want.sku_code, want.intent, want.store_code, 0)
                caller.tell(f"/api/v1/carts/{token}/lines", line)
        return kept

    def _cancel(self, caller: Caller, order: Json) -> bool:
        try:
            caller.tell(
                f"/api/v1/orders/{order['number']}/cancel",
                {"reason": "CHANGED_MIND"},
                manner=self._manner(),
            )
        except Refused as refused:
            self.book.note(f"cancellations refused: {refused.code}")
            return False
        self.book.note("orders called off by their buyers")
        return True

    def _follow(self, reader: Caller, order: Json) -> None:
        """Hand every bag and parcel to the shop floor."""
        number = order["number"]
        twists = self.visit.twists

        def passes() -> list[Json]:
            shown = reader.read(f"/api/v1/orders/{number}/pass")
            return list(shown)

        if Twist.RETURNED in twists:
            self.book.bring_back(number, self.visit.return_store_code)
        for bag in order["fulfilments"]:
            if bag["kind"] == "CARRY_OUT":
                continue
            task = Task(bag["number"], bag["store"], twists, passes)
            twists -= {Twist.SHORT}
            self.stage.add(f"{number} {bag['number']}", self.floor.play(task), after=0.5)

    def _reader(self, caller: Caller, order: Json) -> Caller:
        """Who looks at the order afterwards: some by the link in their message."""
        if self.visit.number % _LINKS_EVERY == 0 or self.visit.channel == TABLET:
            return self.doors.guest(order["link"])
        return caller


def _line(sku: str, intent: str, store: str | None, quantity: int) -> Json:
    return {"sku": sku, "intent": intent, "store": store, "quantity": quantity}
