"""Where each record stands in the data files, so that a rule can point at the line."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.reading import Document, Problem


@dataclass
class Places:
    """The documents read so far, by file name relative to the data folder."""

    documents: dict[str, Document] = field(default_factory=dict)

    def problem(self, file: str, place: tuple[str | int, ...], sentence: str) -> Problem:
        """A problem at the line of `place` in `file`."""
        document = self.documents.get(file)
        return Problem(file, document.line_of(place) if document else 1, sentence)
