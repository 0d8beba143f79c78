"""Signing in at the public doors: programs, devices, staff, customers, guests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import httpx

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from orders.trading_day.client import Caller, Json, Refused, Tally
from orders.trading_day.mailbox import login_code
from orders.trading_day.plan import Person
from orders.trading_day.reference import Chain, Worker
from orders.trading_day.steadily import steadily
from stores.network.operations import pair_device

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_HEAD_OFFICE = Actor(ActorKind.STAFF, "e-101", "Head office")
_SESSION = "X-Staff-Session"
_SIGNED_OUT = 401
_SIGN_INS = 3
Secret = Callable[[str], str]


@dataclass
class Doors:
    """Everybody who may call, each signed in when first needed."""

    base_url: str
    chain: Chain
    tally: Tally
    secret_of: Secret
    patience: float = 120.0
    web: httpx.Client = field(init=False)
    door: Caller = field(init=False)
    _tokens: dict[str, str] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.web = httpx.Client(
            base_url=self.base_url,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
        )
        self.door = self._caller({})

    def program(self, client_id: str) -> Caller:
        """A program that signs in with client credentials."""
        with self._one_at_a_time(client_id):
            if client_id not in self._tokens:
                self._tokens[client_id] = self._credentials(client_id)
        return self._caller({"Authorization": f"Bearer {self._tokens[client_id]}"})

    def till(self, device_code: str) -> Caller:
        """A till, paired by device flow."""
        return self._caller(self._device(device_code, "tills"))

    def clerk(self, store_code: str) -> Caller:
        """A clerk of that place, signed in with a PIN on its handheld."""
        bearer = self._device(f"pda-{store_code}", "handhelds")
        with self._one_at_a_time(f"session:{store_code}"):
            if store_code not in self._sessions:
                worker = self._worker(store_code)
                device = self._caller(bearer)
                begin = partial(self._begin_session, device, worker)
                self._sessions[store_code] = anew(begin)
        return self._caller({**bearer, _SESSION: self._sessions[store_code]})

    def sign_out_clerk(self, store_code: str, clerk: Caller) -> None:
        """Forget the session of a clerk whom the service has signed out."""
        with self._one_at_a_time(f"session:{store_code}"):
            if self._sessions.get(store_code) == clerk.headers[_SESSION]:
                del self._sessions[store_code]

    def customer(self, person: Person) -> Caller:
        """A customer who proves a telephone by a one-time code."""
        with self._one_at_a_time(person.phone):
            if person.phone not in self._tokens:
                self._tokens[person.phone] = anew(partial(self._one_time_code, person))
        return self._caller({"Authorization": f"Bearer {self._tokens[person.phone]}"})

    def guest(self, link: str) -> Caller:
        """Whoever holds the signed link to one order."""
        return self._caller({"X-Order-Link": link})

    def _caller(self, headers: Json) -> Caller:
        return Caller(self.web, self.tally, headers, patience=self.patience)

    def _credentials(self, client_id: str) -> str:
        return str(self._token(client_id, grant_type="client_credentials")["access_token"])

    def _device(self, device_code: str, client_id: str) -> Json:
        with self._one_at_a_time(device_code):
            if device_code not in self._tokens:
                pair = partial(self._pair, device_code, client_id)
                self._tokens[device_code] = anew(pair)
        return {"Authorization": f"Bearer {self._tokens[device_code]}"}

    def _pair(self, device_code: str, client_id: str) -> str:
        """RFC 8628: the device shows a code, head office approves it, it gets a token."""
        known = {"client_id": client_id, "client_secret": self.secret_of(client_id)}
        shown = self.door.form("/oauth/device-authorization", known)
        approve = partial(
            pair_device,
            user_code=shown["user_code"],
            store_code=device_code.split("-", 1)[1],
            kind="TILL" if client_id == "tills" else "TABLET",
            name=device_code,
            code=device_code,
            by=_HEAD_OFFICE,
            at=self._now(),
        )
        steadily(approve)
        answer = self._token(
            client_id, grant_type=_DEVICE_GRANT, device_code=shown["device_code"]
        )
        return str(answer["access_token"])

    def _token(self, client_id: str, **given: str) -> Json:
        secret = self.secret_of(client_id)
        form = {"client_id": client_id, "client_secret": secret, **given}
        return self.door.form("/oauth/token", form)

    def _one_time_code(self, person: Person) -> str:
        anybody = self._caller({"Accept-Language": person.language})
        asked_at = self._now()
        known = {"kind": "PHONE", "value": person.phone}
        anybody.tell("/api/v1/login-codes", known)
        code = login_code(person.phone, since=asked_at)
        signed = anybody.tell("/api/v1/login-codes/redeem", {**known, "code": code})
        return str(signed["token"])

    def _begin_session(self, device: Caller, worker: Worker) -> str:
        body = {"employee": worker.code, "pin": worker.pin}
        return str(device.tell("/api/v1/staff-sessions", body)["secret"])

    def _worker(self, store_code: str) -> Worker:
        return next(
            worker
            for worker in self.chain.workers
            if worker.store_code == store_code and worker.role == "CLERK" and worker.pin
        )

    def _one_at_a_time(self, key: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    @staticmethod
    def _now() -> datetime:
        return clock.now()


def anew(sign_in: Callable[[], str]) -> str:
    """Sign in from the beginning when an answer with a secret got lost on the way: it is
    told once, so asking for it again is refused."""
    for _try in range(_SIGN_INS):
        try:
            return sign_in()
        except Refused:
            continue
    return sign_in()


def is_signed_out(refused: Refused) -> bool:
    """Whether a refusal means that the session has to begin anew."""
    return refused.status == _SIGNED_OUT
