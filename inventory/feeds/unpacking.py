"""Files as they come: plain, or zipped and then bounded in how far they unfold."""

import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits

_CHUNK = 1 << 20
_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_SMALL = 1 << 20
# What the library says of an archive that lies about itself, by the sort of its lie.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class ArchiveRefused(DomainError):
    """This archive cannot be taken."""


def is_zipped(stream: BinaryIO) -> bool:
    """Whether a file begins as an archive does."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    return start in _MARKS


@contextmanager
def unpacked(stream: BinaryIO, *, ending: str, name: str = "") -> Iterator[BinaryIO]:
    """The file itself, or the one file of that name or ending inside an archive, unpacked
    to the disk: it is read more than once, and never into memory.

    Raises:
        ArchiveRefused: there is no such file inside, or it is too large, packed too
            tightly to be true, encrypted or broken.
    """
    if not is_zipped(stream):
        yield stream
        return
    with TemporaryFile() as plain:
        _unpack(stream, plain, ending, name)
        plain.seek(0)
        yield cast("BinaryIO", plain)


def names_inside(stream: BinaryIO) -> list[str]:
    """The names of the files in an archive, without their folders.

    Raises:
        ArchiveRefused: it is broken, or holds too many.
    """
    with _opened(stream) as archive:
        return [_name_of(entry) for entry in archive.infolist() if not entry.is_dir()]


def digest_of(stream: BinaryIO) -> str:
    """The fingerprint of a file."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _unpack(stream: BinaryIO, target: IO[bytes], ending: str, name: str) -> None:
    with _opened(stream) as archive:
        entry = _chosen(archive, ending, name)
        _refuse_bomb(entry)
        with _refusing_broken():
            source = archive.open(entry)
        with source:
            _copy(source, target)


@contextmanager
def _refusing_broken() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise ArchiveRefused(reason=_("It is broken or encrypted.")) from error


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    with _refusing_broken():
        archive = zipfile.ZipFile(stream)
    with archive:
        if len(archive.infolist()) > limits().feed_packed_files:
            raise ArchiveRefused(reason=_("It holds too many files."))
        yield archive


def _chosen(archive: zipfile.ZipFile, ending: str, name: str) -> zipfile.ZipInfo:
    files = [entry for entry in archive.infolist() if not entry.is_dir()]
    fitting = [
        entry
        for entry in files
        if (not name or _name_of(entry) == name)
        and _name_of(entry).lower().endswith(ending)
    ]
    if len(fitting) != 1:
        reason = _("It must hold one such file.")
        raise ArchiveRefused(reason=reason, wanted=name or ending, found=len(fitting))
    return fitting[0]


def _name_of(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename.replace("\\", "/")).name


def _refuse_bomb(entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(1, entry.compress_size)
    too_tight = entry.file_size > _SMALL and ratio > limits().feed_packed_ratio
    if too_tight or entry.file_size > limits().feed_unpacked_bytes:
        raise ArchiveRefused(reason=_("It unfolds into too much."))


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    """What the archive says of its size may be a lie: what comes out is counted."""
    size = 0
    while chunk := _next(source):
        size += len(chunk)
        if size > limits().feed_unpacked_bytes:
            raise ArchiveRefused(reason=_("It unfolds into too much."))
        target.write(chunk)


def _next(source: IO[bytes]) -> bytes:
    with _refusing_broken():
        return source.read(_CHUNK)
