"""How much memory a process takes, from /proc; None on systems without it."""

import os
import re
import resource
from pathlib import Path

_KB = 1024
_ROW = re.compile(r"^(\w+):\s+(\d+) kB", re.MULTILINE)


def peak(process: int) -> int | None:
    """The most memory a process has had, and with it the largest process it has waited for."""
    # getrusage would be no help for the process itself: it remembers the process that started this one.
    own = _rows(process, "status").get("VmHWM")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _KB if process == os.getpid() else 0
    return None if own is None else own + children


def resident(process: int) -> int | None:
    """What is in memory now, pages of mapped files included."""
    return _rows(process, "status").get("VmRSS")


def private(process: int) -> int | None:
    """What is in memory now and is not a page of a file."""
    return _rows(process, "status").get("RssAnon")


def installed() -> int | None:
    """The memory of the machine."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _rows(process: int, name: str) -> dict[str, int]:
    path = Path("/proc") / str(process) / name
    if not path.exists():
        return {}
    return {key: int(value) * _KB for key, value in _ROW.findall(path.read_text())}
