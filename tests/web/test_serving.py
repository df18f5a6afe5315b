from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from web.serving import CANNOT_START
from web.settings import ROOT

LOADED = "print(*sorted(name for _, name in app.jinja_env.cache), app.jinja_env.auto_reload, sep='\\n')"


def started(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["web.wsgi", "web.console.wsgi"])
def test_wrong_settings_end_the_start_with_every_one_of_them_and_no_trace(module: str) -> None:
    wrong = {"PORT": "eight", "THREADS": "0", "SECRET_KEY": "hush"}
    done = started(f"import {module}", **wrong)
    assert done.returncode == CANNOT_START
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == list(wrong)
    assert "hush" not in done.stderr


def test_a_broken_catalogue_ends_the_start_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    done = started("import web.wsgi", HITORIJANAI_CATALOG=str(tmp_path))
    assert done.returncode == CANNOT_START
    assert "categories.yaml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("module", "template"), [("web.wsgi", "steps/suggest.html"), ("web.console.wsgi", "console/card.html")]
)
def test_templates_are_read_before_the_first_request_and_never_again(
    module: str, template: str, instance: Path
) -> None:
    done = started(f"from {module} import app; {LOADED}", HITORIJANAI_INSTANCE=str(instance))
    assert done.returncode == 0, done.stderr
    assert template in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "False"
