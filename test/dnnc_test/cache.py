"""What takes seconds to make is kept in .cache/ at the repository's root, named by a digest of its makers."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """DNNC_CACHE names another place."""
    return Path(os.environ.get("DNNC_CACHE", ROOT / ".cache"))


def key(*parts) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def sources(*names: str) -> str:
    """A digest of source files or folders of this package: what is kept is made anew when its maker
    changes.
    """
    digest = hashlib.sha256()
    for name in names:
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def digest(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder(name: str, version: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, once; several processes may ask for it at the same time. Folders of the
    same name and another version are out of date and go."""
    path = root() / f"{name}@{version}"
    if not path.is_dir():
        root().mkdir(parents=True, exist_ok=True)
        for old in root().glob(f"{name}@*"):
            shutil.rmtree(old, ignore_errors=True)
        working = Path(tempfile.mkdtemp(prefix=f"making-{name}.", dir=root()))
        try:
            make(working)
            working.chmod(0o755)
            try:
                working.rename(path)
            except OSError:  # another process was first
                if not path.is_dir():
                    raise
        finally:
            shutil.rmtree(working, ignore_errors=True)
    return path
