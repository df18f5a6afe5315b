"""Files that a lead may send to the console: what is no list of phrases is refused, and nothing is unpacked or kept."""

from __future__ import annotations

import gzip
import io
import resource
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.console.conftest import form_token
from web.wiring import Parts

GOOD = "work,棚卸しの夜勤だけ手当てがつかない\n"
GROWS = 100 * 1024
"""Kilobytes that a hostile file may cost at most."""


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def linked() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        link = tarfile.TarInfo("phrases.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return held.getvalue()


FILES = {
    "a bomb in a zip": ("new.csv", zipped("new.csv", b"work,x\n" * 5_000_000)),
    "a bomb in a zip, by its name": ("new.zip", zipped("new.csv", b"work,x\n" * 5_000_000)),
    "a bomb in gzip": ("new.csv", gzip.compress(b"a" * 30_000_000)),
    "a way out of the folder": ("new.zip", zipped("../../../../tmp/x0ss.csv", GOOD.encode())),
    "a link to another file": ("new.csv", linked()),
    "a workbook": ("new.csv", zipped("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>")),
    "zeros": ("new.csv", b"work,\x00\x00\n"),
    "UTF-16": ("new.csv", GOOD.encode("utf-16")),
    "UTF-16 without a mark": ("new.csv", GOOD.encode("utf-16-le")),
    "UTF-32": ("new.csv", GOOD.encode("utf-32")),
    "EUC-JP": ("new.csv", GOOD.encode("euc_jp")),
    "a program": ("new.csv", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40),
    "a picture": ("new.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "a page": ("new.csv", b"<html><script>alert('x0ss')</script></html>"),
    "ten million letters in a line": ("new.csv", b"work," + b"a" * 9_999_000),
    "a million lines": ("new.csv", b"work,a\n" * 1_000_000),
    "quotes that never end": ("new.csv", b'"' * 999_999),
}


def sent(client: FlaskClient, name: str, content: bytes) -> TestResponse:
    data = {"csrf_token": form_token(client), "file": (io.BytesIO(content), name)}
    answer = client.post("/import", data=data)
    answer.request.environ["wsgi.input"].close()
    return answer


def files_of(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if not path.name.startswith("store.sqlite")}


@pytest.mark.parametrize("what", sorted(FILES))
def test_what_is_no_list_of_phrases_is_refused_and_leaves_nothing(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, tmp_path: Path, what: str
) -> None:
    lead, (name, content) = sign_in("lead"), FILES[what]
    before, most = files_of(tmp_path), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = sent(lead, name, content)
    assert answer.status_code in (422, 413)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < GROWS
    assert files_of(tmp_path) == before
    assert not Path("/tmp/x0ss.csv").exists()  # noqa: S108
    assert "root:" not in answer.text
    assert "<script>alert" not in answer.text
    assert "import phrases" not in {entry.action for entry in console_parts.store.audit.list()}


def test_eleven_megabytes_are_refused_with_a_reason(sign_in: Callable[..., FlaskClient]) -> None:
    answer = sent(sign_in("lead"), "new.csv", b"a" * 11_000_000)
    assert answer.status_code == 422
    assert "大き" in answer.text
    assert sent(sign_in("lead"), "new.csv", b"a" * 40_000_000).status_code == 413


@pytest.mark.parametrize(
    "name",
    [
        "../../x.csv",
        "/etc/x.csv",
        "C:\\x.csv",
        "x\x00.csv",
        '"><script>alert(1)</script>.csv',
        "あ" * 5_000 + ".csv",
        ".csv",
    ],
)
def test_a_name_of_a_file_is_a_name_only(sign_in: Callable[..., FlaskClient], tmp_path: Path, name: str) -> None:
    lead = sign_in("lead")
    before = files_of(tmp_path)
    answer = sent(lead, name, GOOD.encode())
    assert answer.status_code in (200, 400, 422)
    assert "<script>alert" not in answer.text
    assert files_of(tmp_path) == before
