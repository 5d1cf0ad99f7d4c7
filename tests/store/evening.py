"""When the practice of the store's tests takes place, and how a folder is listed."""

from datetime import UTC, datetime

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def entries(folder):
    """Every file under a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
