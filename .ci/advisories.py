"""Asks for known weaknesses of the pinned libraries (pip-audit), and says so where nobody could be asked.

pip-audit ends well when it could look nothing up. Here that is told as the last line; with --required it is a failure.
Ends with 0: nothing known, or nobody could be asked; 1: a weakness is known; 2: nobody could be asked, with --required.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
SECONDS = "15"


def asked(lock: Path) -> dict[str, Any] | None:
    """What is known about the libraries of a lock file; None if nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip", "-f", "json"]
    command += ["--progress-spinner", "off", "--timeout", SECONDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return None
    return found


def judged(reports: dict[str, dict[str, Any] | None], *, required: bool) -> tuple[int, list[str]]:
    """The status to end with, and the lines to print."""
    lines, status, unasked = [], 0, 0
    for lock, report in reports.items():
        dependencies = report["dependencies"] if report else []
        looked_up = [each for each in dependencies if "skip_reason" not in each]
        unasked += len(dependencies) - len(looked_up) if report else 1
        for each in looked_up:
            for weakness in each["vulns"]:
                mended = ", ".join(weakness["fix_versions"]) or "no version yet"
                lines.append(f"{lock}: {each['name']} {each['version']}: {weakness['id']} (mended in: {mended})")
                status = 1
        lines.append(f"{lock}: {len(looked_up)} libraries looked up")
    if unasked:
        lines.append(
            f"NOT CHECKED: no list of advisories could be reached for {unasked} libraries. Run `make advisories` where "
            "there is a way to pypi.org, at least once a week (SECURITY.md)."
        )
        status = status or (2 if required else 0)
    return status, lines


def main() -> int:
    """Looks both lock files up and prints what is known."""
    status, lines = judged({lock: asked(ROOT / lock) for lock in LOCKS}, required="--required" in sys.argv[1:])
    sys.stderr.write("\n".join(lines) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
