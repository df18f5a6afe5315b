"""Every .yaml file here is a test: a conversation, played through the guide with the model in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogues.playing import DialogueError, play


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == ".yaml":
        return DialogueFile.from_parent(parent, path=file_path)
    return None


class DialogueFile(pytest.File):
    """One file; it holds one conversation."""

    def collect(self) -> Iterator[pytest.Item]:
        yield Dialogue.from_parent(self, name=self.path.stem)


class Dialogue(pytest.Item):
    """A conversation. A failure is told in plain words."""

    def runtest(self) -> None:
        play(self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, DialogueError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name
