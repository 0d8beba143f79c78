"""Head office: admits programs, signs in to the admin, pairs tills with shops."""

import secrets

import httpx

from tests.drills.living import Service

_ADMIN = "office"
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_APPROVE = "/tablet/pair/approve"


class HeadOffice:
    """Does by the commands and pages everybody has what a new chain has to do first."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.web = httpx.Client(
            base_url=service.url,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
            timeout=60.0,
        )
        self.desk = httpx.Client(base_url=service.url, timeout=60.0)
        self._tills: tuple[str, str] | None = None

    def program(self, name: str, *scopes: str, channel: str = "") -> httpx.Client:
        """A program that is admitted and signed in."""
        named = ("--channel", channel) if channel else ()
        client = self._admitted(name, *scopes, *named)
        token = self._token(client, grant_type="client_credentials")
        bearer = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.service.url, headers=bearer, timeout=60.0)

    def sign_in(self) -> None:
        """The first person of a new installation signs in to the admin."""
        password = secrets.token_urlsafe(16)
        self.service.environment["DJANGO_SUPERUSER_PASSWORD"] = password
        made = self.service.manage(*("createsuperuser", "--noinput", "--username", _ADMIN))
        if made.returncode:
            raise RuntimeError(made.stderr[-1000:])
        self.desk.get("/admin/login/").raise_for_status()
        self._press("/admin/login/", username=_ADMIN, password=password)

    def pair_till(self, store_code: str, name: str) -> tuple[str, str]:
        """A till shows a code, head office approves it, the till fetches its token (RFC
        8628); answers the till's code and its token."""
        if self._tills is None:
            self._tills = self._admitted("Tills", "pos:write", "--device")
        shown = self._form("/oauth/device-authorization", self._tills)
        self._press(
            _APPROVE,
            user_code=str(shown["user_code"]),
            store=store_code,
            kind="TILL",
            name=name,
        )
        token = self._token(
            self._tills, grant_type=_GRANT, device_code=str(shown["device_code"])
        )
        bearer = {"Authorization": f"Bearer {token}"}
        me = self.web.get("/api/v1/devices/me", headers=bearer).raise_for_status().json()
        if me["store"] != store_code:
            raise RuntimeError(f"{name} of {store_code} stands in {me['store']}")
        return str(me["code"]), token

    def _admitted(self, *words: str) -> tuple[str, str]:
        made = self.service.manage("create_client", *words)
        if made.returncode:
            raise RuntimeError(made.stderr[-1000:])
        said = dict(line.split(maxsplit=1) for line in made.stdout.splitlines()[:2])
        return said["client_id"].strip(), said["client_secret"].strip()

    def _token(self, client: tuple[str, str], **form: str) -> str:
        return str(self._form("/oauth/token", client, **form)["access_token"])

    def _form(self, path: str, client: tuple[str, str], **form: str) -> dict[str, object]:
        known = {"client_id": client[0], "client_secret": client[1]}
        answer = self.web.post(path, data={**known, **form})
        if answer.is_error:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        found: dict[str, object] = answer.json()
        return found

    def _press(self, path: str, **form: str) -> None:
        token = next(value for name, value in self.desk.cookies.items() if "csrf" in name)
        answer = self.desk.post(path, data={**form, "csrfmiddlewaretoken": token})
        if answer.status_code != httpx.codes.FOUND:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
