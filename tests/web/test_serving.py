from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from web.serving import CANNOT_START
from web.settings import ROOT

MODULES = ["web.wsgi", "web.console.wsgi"]
REFUSED = f"""
for module in {MODULES}:
    try:
        importlib.import_module(module)
    except SystemExit as end:
        print(module, end.code, file=sys.stderr)
os.environ |= {{"PORT": "8000", "THREADS": "4", "SECRET_KEY": ""}}
importlib.import_module("web.wsgi")
"""
LOADED = f"""
for module in {MODULES}:
    app = importlib.import_module(module).app
    print(module, *sorted(name for _, name in app.jinja_env.cache), app.jinja_env.auto_reload)
"""


def started(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import importlib, os, sys{program}"],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_wrong_ends_the_start_with_all_of_it_and_no_trace(tmp_path: Path) -> None:
    """Settings first, for either application; then, with those put right, the catalogue."""
    wrong = {"PORT": "eight", "THREADS": "0", "SECRET_KEY": "hush"}
    done = started(REFUSED, HITORIJANAI_CATALOG=str(tmp_path), **wrong)
    lines = done.stderr.splitlines()
    for module in MODULES:
        told, lines = lines[: len(wrong) + 1], lines[len(wrong) + 1 :]
        assert [line.partition(":")[0] for line in told] == [*wrong, f"{module} {CANNOT_START}"]
    assert done.returncode == CANNOT_START
    assert "categories.yaml" in "".join(lines)
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_templates_are_read_before_the_first_request_and_never_again(instance: Path, small: Path) -> None:
    done = started(LOADED, HITORIJANAI_INSTANCE=str(instance), HITORIJANAI_CATALOG=str(small))
    assert done.returncode == 0, done.stderr
    public, console = (line.split() for line in done.stdout.splitlines())
    assert (public[0], console[0]) == tuple(MODULES)
    assert "steps/suggest.html" in public
    assert "console/card.html" in console
    assert (public[-1], console[-1]) == ("False", "False")
