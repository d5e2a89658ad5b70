"""Files that appear whole or not at all, and what to say when they can't.

A file is written beside its place under another name, flushed to the disk and renamed.  Whoever looks, at any
moment and after any kind of death, finds the old file, the new file or none.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from pathlib import Path

TEMPORARY = ".part"  # the ending of a file that is still being written


class ResultsError(Exception):
    """A folder of results that can't be written or read; the message says what to do.

    Attributes
    ----------
    exit_status
        What the command line ends with: 2 for bad input, 1 for work that failed.
    """

    exit_status = 2


class DiskFull(ResultsError):
    """There is no room left (on the disk, in the quota, or under a limit on file size)."""

    exit_status = 1


class RunsFailed(ResultsError):
    """Not a single run of a scenario succeeded."""

    exit_status = 1


_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def explain(error: OSError, path: Path) -> ResultsError:
    """Turn an error of the operating system into a sentence that helps."""
    if error.errno in _NO_ROOM:
        return DiskFull(
            f"No room to write {path} ({error.strerror}). What was finished before is kept whole. "
            "Make room and give the same command again: finished runs are not repeated."
        )
    reasons = {
        errno.EACCES: "it may not be written by you",
        errno.EPERM: "it may not be written by you",
        errno.EROFS: "the disk is read-only",
        errno.ENOTDIR: "something on the way to it is a file, not a folder",
        errno.EEXIST: "there is a file of that name",
        errno.ENAMETOOLONG: "the name is too long",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return ResultsError(f"Can't write {path}: {reason}. Choose another folder with out=FOLDER.")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes, *, last: bool = True) -> None:
    """Write a file so that it is there whole or not at all.

    Parameters
    ----------
    last
        False where another file of the same folder follows at once that alone makes this one count: the
        folder is then flushed with that one.

    Raises
    ------
    DiskFull
        There is no room; nothing of the new file is left behind.
    ResultsError
        The place can't be written for another reason.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        try:
            with beside.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
            if last:
                _flush_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise explain(error, path) from error


def make_folder(path: Path) -> None:
    """Make a folder and see that files can be written in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe.{os.getpid()}{TEMPORARY}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise explain(error, path) from error


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can do that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse; the rename itself has happened
    finally:
        os.close(descriptor)


class FolderLock:
    """Keeps two programs from writing results of the same scenario into the same folder.

    The lock is on the folder itself and ends with the process, however that ends.  Where the system has no
    such lock, nothing is locked.
    """

    def __init__(self, folder: Path) -> None:
        self._descriptor: int | None = None
        try:
            import fcntl
        except ImportError:  # Windows
            return
        self._descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise ResultsError(
                f"Another wardsim is writing into {folder} at this moment. "
                "Wait until it has ended, or choose another folder with out=FOLDER."
            ) from error
        except OSError:
            self.release()  # a file system without locks

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def remove_leftovers(folder: Path) -> None:
    """Remove files that an earlier program was still writing when it died."""
    for leftover in folder.glob(f".*{TEMPORARY}"):
        with contextlib.suppress(OSError):
            leftover.unlink()
