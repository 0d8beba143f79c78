"""Files that 1C sends by itself: who may, piece by piece, and the wish to import them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from secrets import token_hex
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import transaction

from inventory.feeds.models import ExchangeFile, ExchangePart
from inventory.feeds.unpacking import is_zipped, names_inside
from omniretail.kernel import audit
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.api.text import is_clean
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.models.clients import ApiClient
from omniretail.kernel.models.journal import AuditEntry

Status = ExchangeFile.Status
SCOPE = "feeds:exchange"
WRONG = "exchange.wrong_secret"
_SALT = "inventory.exchange"
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".pdf", ".html", ".txt")


class ExchangeDenied(DomainError):
    """This client or its secret is not known, or it may not exchange files."""

    kind = Kind.FORBIDDEN


class SessionEnded(DomainError):
    """Sign in first: this session is over."""

    kind = Kind.FORBIDDEN


class FileMissing(DomainError):
    """No file of this name has come in."""

    kind = Kind.MISSING


class FileTooLarge(DomainError):
    """This file, or their number, is larger than is taken."""


class FileBeingImported(DomainError):
    """This file is being imported. Send it again when that has ended."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Session:
    """One exchange of one installation."""

    key: str
    by: Actor


def sign_in(*, client_id: str, secret: str, address: str, at: datetime) -> str:
    """The token of a new session.

    Raises:
        ExchangeDenied: unknown, switched off, without the scope, or tried too often.
    """
    if not is_clean(client_id + secret) or _is_shut(client_id, address, at):
        raise ExchangeDenied
    client = ApiClient.objects.filter(client_id=client_id, is_active=True).first()
    if client is None or not check_password(secret, client.client_secret):
        _note_wrong(client_id, address, at)
        raise ExchangeDenied
    if SCOPE not in client.scopes:
        raise ExchangeDenied(scope=SCOPE)
    return signing.dumps([client.client_id, token_hex(12)], salt=_SALT, compress=True)


def go_on_with(token: str) -> Session:
    """The session behind a token.

    Raises:
        SessionEnded: it is none of ours, is over, or the client was switched off.
    """
    try:
        life = limits().exchange_session
        client_id, key = signing.loads(token, salt=_SALT, max_age=life)
    except signing.BadSignature:
        raise SessionEnded from None
    client = ApiClient.objects.filter(client_id=client_id, is_active=True).first()
    if client is None or SCOPE not in client.scopes:
        raise SessionEnded
    return Session(key, Actor(ActorKind.CLIENT, client.client_id, client.name))


@transaction.atomic
def begin_exchange(*, session: Session) -> None:
    """Forget what came before in this session and was not asked to be imported."""
    coming = ExchangeFile.objects.of(session.key).filter(status=Status.COMING)
    coming.filter(inside=None).delete()


@transaction.atomic
def receive_part(*, session: Session, name: str, content: bytes, at: datetime) -> None:
    """The next piece of a file. The piece before, sent once more, changes nothing; a file
    that was imported begins anew. Pictures are thanked for and not kept.

    Raises:
        FileMissing: it has no name.
        FileTooLarge: too many files, or too long a one.
        FileBeingImported: it, or what lies inside, is being imported.
    """
    plain = _plain(name)
    if plain.lower().endswith(_PICTURES) or not content:
        return
    file = _coming(session, plain, at)
    last = file.parts.order_by("-position").first()
    digest = hashlib.sha256(content).hexdigest()
    if last is not None and (last.digest, last.size) == (digest, len(content)):
        return
    _begin_anew(file, at)
    if file.size + len(content) > limits().exchange_file_bytes:
        raise FileTooLarge(file=plain)
    ExchangePart.objects.create(
        file=file, position=file.size, size=len(content), digest=digest, content=content
    )
    file.size += len(content)
    file.save(update_fields=["size"])


@transaction.atomic
def ask_for_import(*, session: Session, name: str, at: datetime) -> ExchangeFile:
    """A file is to be imported, or how far that is. Asking again changes nothing, unless
    an archive has come since that holds it anew.

    Raises:
        FileMissing: it did not come, neither by itself nor inside an archive.
    """
    plain = _plain(name)
    file = ExchangeFile.objects.of(session.key).filter(name=plain).locked().first()
    if file is None:
        archive = _archive_with(session, plain)
        if archive is None:
            raise FileMissing(file=plain[:60])
        file = ExchangeFile(session=session.key, actor_key=session.by.key, name=plain)
        _lies_in(archive, file, at)
    elif file.ended_at and (archive := _archive_with(session, plain, since=file.came_at)):
        _lies_in(archive, file, at)
    if file.status == Status.COMING:
        file.status = Status.WAITING
        file.save(update_fields=["status"])
        audit.record(
            actor=session.by,
            action="exchange.import",
            subject=f"exchange:{plain}"[:150],
            at=at,
            detail={"bytes": file.size},
        )
    return file


def assembled(file: ExchangeFile, target: BinaryIO) -> None:
    """Write all pieces of a file one behind the other, one in memory at a time."""
    for key in file.parts.order_by("position").values_list("pk", flat=True):
        part = ExchangePart.objects.values_list("content", flat=True).get(pk=key)
        target.write(part)
    target.seek(0)


def _plain(name: str) -> str:
    plain = PurePosixPath(name.replace("\\", "/")).name
    if not plain or len(plain) > 200 or not is_clean(plain):
        raise FileMissing(file=plain[:60])
    return plain


def _coming(session: Session, name: str, at: datetime) -> ExchangeFile:
    files = ExchangeFile.objects.of(session.key)
    if files.count() > limits().exchange_files:
        raise FileTooLarge(file=name)
    known = {"actor_key": session.by.key, "came_at": at}
    ExchangeFile.objects.bulk_create(
        [ExchangeFile(session=session.key, name=name, **known)], ignore_conflicts=True
    )
    return files.filter(name=name).locked().get()


def _begin_anew(file: ExchangeFile, at: datetime) -> None:
    """What was imported, or had what lies inside imported, comes once more."""
    inside = set(file.inside.values_list("status", flat=True))
    if Status.WAITING in {file.status, *inside}:
        raise FileBeingImported(file=file.name)
    if inside or file.ended_at:
        file.inside.all().delete()
        file.parts.all().delete()
        _comes(file, at)
        file.archive, file.size = None, 0
        file.save()


def _comes(file: ExchangeFile, at: datetime) -> None:
    file.status, file.tries, file.words = Status.COMING, 0, ""
    file.came_at, file.ended_at = at, None


def _lies_in(archive: ExchangeFile, file: ExchangeFile, at: datetime) -> None:
    _comes(file, at)
    file.archive, file.size = archive, archive.size
    file.save()


def _archive_with(
    session: Session, name: str, *, since: datetime | None = None
) -> ExchangeFile | None:
    """The last archive that holds a file of this name, of those that came since then."""
    archives = ExchangeFile.objects.of(session.key).filter(archive=None)
    if since is not None:
        archives = archives.filter(came_at__gt=since)
    for archive in archives.order_by("-came_at", "-pk"):
        with TemporaryFile() as plain:
            stream = cast("BinaryIO", plain)
            assembled(archive, stream)
            if is_zipped(stream) and name in names_inside(stream):
                return archive
    return None


def _is_shut(client_id: str, address: str, at: datetime) -> bool:
    tries = AuditEntry.objects.filter(
        actor_key=client_id[:100], action=WRONG, at__gt=at - limits().sign_in_pause
    )
    if tries.filter(detail__address=address).count() >= limits().sign_in_tries:
        return True
    return tries.count() >= limits().sign_in_tries_everywhere


def _note_wrong(client_id: str, address: str, at: datetime) -> None:
    audit.record(
        actor=Actor(ActorKind.GUEST, client_id[:100]),
        action=WRONG,
        subject="exchange",
        at=at,
        detail={"address": address},
    )
