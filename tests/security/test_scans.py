"""What `make check` looks for (holes, secrets in files, weak libraries) is really found, and nothing is there."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.app import build
from web.console.app import build as build_console
from web.wiring import Parts

ROOT = Path(__file__).resolve().parents[2]
CIPHERS = {"argon2", "cryptography", "hashlib", "hmac", "itsdangerous", "pyotp", "secrets"}
HASHES = {"sha256", "sha3_256", "blake2b", "compare_digest", "new", "digest", "file_digest"}
HIDDEN = (
    ".git/config",
    ".git/HEAD",
    ".env",
    "pyproject.toml",
    "requirements.lock",
    "instance/keys/secret_key",
    "instance/store.sqlite",
    "web/app.py",
    "app.py",
    "openapi.yaml",
    "templates/error.html",
    "static",
    "static/",
    "static/../app.py",
    "static/../../instance/keys/secret_key",
    "static//etc/passwd",
    "static/..%2fapp.py",
    "static/site.js~",
    "static/.site.js.swp",
    "metrics",
    "debug",
    "console",
    "__debug__",
    "server-status",
    "docs",
    "swagger.json",
)


def script(name: str) -> ModuleType:
    """A program of .ci/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bandit(*where: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bandit", "-q", "-c", str(ROOT / ".ci" / "bandit.yaml"), "-r", *where]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_bandit_finds_nothing() -> None:
    """In the console; `make check` looks through all."""
    done = bandit("web/console")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "hole",
    [
        "eval(input())",
        "import hashlib\nhashlib.md5(b'').hexdigest()",
        "import pickle\npickle.loads(b'')",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "import yaml\nyaml.load('')",
        "def f(c, x):\n    return c.execute('SELECT * FROM t WHERE a = ' + x)",
        "a = 1  # \u202e\u2066",
    ],
)
def test_bandit_finds_a_hole(tmp_path: Path, hole: str) -> None:
    (tmp_path / "hole.py").write_text(hole, encoding="utf-8")
    assert bandit(str(tmp_path)).returncode == 1


def test_no_secret_is_in_the_files() -> None:
    """In those that are served and shipped; `make check` looks through all."""
    secrets = script("committed_secrets")
    shipped = [path for path in secrets.files(ROOT) if path.relative_to(ROOT).parts[0] in ("deploy", "assistant")]
    shipped += [path for path in secrets.files(ROOT) if path.relative_to(ROOT).parts[:2] == ("web", "static")]
    assert len(shipped) > 20
    assert {kind for _, kind, _ in secrets.found(iter(shipped), ROOT)} <= {"Basic Auth Credentials"}, "an example only"


@pytest.mark.parametrize(
    "planted",
    [
        f"-----BEGIN RSA {'PRIVATE'} KEY-----",
        f"token = 'ghp_{'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}'",
        f"key = 'AKIA{'IOSFODNN7EXAMPL2'}'",
        f"url = 'postgresql://{'who:v3ryhardt0guess'}@db/x'",
        f"k = '{'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'}'",
    ],
)
def test_a_secret_in_a_file_is_found(tmp_path: Path, planted: str) -> None:
    (tmp_path / "new.py").write_text(planted + "\n", encoding="utf-8")
    secrets = script("committed_secrets")
    assert secrets.found(secrets.files(tmp_path), tmp_path)


def test_advisories_are_told_and_silence_is_no_answer() -> None:
    judged = script("advisories").judged
    sound = {"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}]}
    weak = {"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}
    silent = {"dependencies": [{"name": "flask", "skip_reason": "not found"}]}
    assert judged({"a.lock": sound}, required=True)[0] == 0
    status, lines = judged({"a.lock": weak}, required=False)
    assert status == 1
    assert "x 1: PYSEC-1 (mended in: 2)" in lines[0]
    for unknown in (silent, None):
        status, lines = judged({"a.lock": sound, "b.lock": unknown}, required=False)
        assert status == 0
        assert lines[-1].startswith("NOT CHECKED")
        assert judged({"b.lock": unknown}, required=True)[0] == 2


def test_ciphers_and_hashes_are_those_of_known_libraries() -> None:
    for package in ("assistant", "catalog", "nlu", "web"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib":
                    assert node.attr in HASHES, path
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                    odd = {"Crypto", "nacl", "jwt", "pickle", "shelve", "marshal", "dill"}
                    assert not odd & {name.split(".")[0] for name in names}, path


@pytest.mark.parametrize("make", [build, build_console])
def test_there_is_no_debug_mode(
    console_parts: Parts, monkeypatch: pytest.MonkeyPatch, make: Callable[[Parts], Flask]
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = make(console_parts)

    def fail() -> None:
        raise RuntimeError("x0ss")

    app.before_request_funcs.setdefault(None, []).insert(0, fail)
    answer = app.test_client().get("/")
    assert not app.debug
    assert answer.status_code == 500
    assert "x0ss" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_but_our_pages_is_served(client: FlaskClient, console: FlaskClient, path: str) -> None:
    for browser in (client, console):
        for spelling in (f"/{path}", f"/{quote(path, safe='')}", f"/{path.replace('/', '%2f')}"):
            answer = browser.get(spelling)
            assert answer.status_code == 404, (spelling, answer.status)
            answer.close()
