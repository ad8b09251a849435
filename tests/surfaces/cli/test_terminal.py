"""What a terminal is told."""

from __future__ import annotations

import io

import pytest

from guardrails.surfaces.cli import terminal


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_colour_is_for_terminals() -> None:
    """A pipe gets plain text."""
    assert terminal.paint_for(_Terminal()).colour
    assert not terminal.paint_for(io.StringIO()).colour


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for no colour gets none."""
    monkeypatch.setenv("NO_COLOR", "1")

    assert not terminal.paint_for(_Terminal()).colour


@pytest.mark.parametrize(("total", "shown"), [(9, False), (10, True)])
def test_progress_is_for_many_files(monkeypatch: pytest.MonkeyPatch, total: int, shown: bool) -> None:
    """Ten files on a terminal have a progress line, which is taken away again."""
    stream = _Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    progress = terminal.Progress(total)
    progress.at(3)
    progress.clear()

    assert shown == (f"3/{total} drafts" in stream.getvalue())
    assert not shown or stream.getvalue().endswith("\r\x1b[K")
