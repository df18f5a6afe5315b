"""Looks for passwords, keys and tokens in the files of the project (detect-secrets); what is known is in the baseline.

Ends with 1 and every place where there is something new. `--renew` takes a false alarm into the baseline, after a look.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / ".ci" / "secrets.baseline"
PASSED_OVER = re.compile(
    r"^(?:\.git|\.venv|instance|\.\w+_cache|\.import_linter_cache|\.hypothesis|[\w.]+\.egg-info)/|/__pycache__/"
    r"|[\w-]+\.lock$|^\.ci/secrets\.baseline$"
    r"|^catalog/data/(?:services|flows|pages|said)/|^catalog/data/furigana\.json|^training_data/|^docs/flows/"
    r"|^web/translations/|^tests/(?:dialogues|paths|broken|said)/|\.(?:svg|png|mo|po|pot|pyc|sqlite)$"
)
"""What programs make, and megabytes of sentences and telephone numbers, where nobody leaves a key by mistake."""
PLUGINS = (
    *("AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "GitHubTokenDetector", "GitLabTokenDetector"),
    *(
        "JwtTokenDetector",
        "KeywordDetector",
        "NpmDetector",
        "PrivateKeyDetector",
        "PypiTokenDetector",
        "SendGridDetector",
    ),
    *("SlackDetector", "StripeDetector", "TwilioKeyDetector"),
)
ENTROPY = ({"name": "Base64HighEntropyString", "limit": 4.5}, {"name": "HexHighEntropyString", "limit": 3.0})
MADE_UP = "Secret Keyword"
"""A word such as `password` before a text; in tests that is always one made up for them, and not looked at."""
HEURISTICS = ("is_sequential_string", "is_potential_uuid", "is_likely_id_string", "is_templated_secret")


def files(root: Path) -> Iterator[Path]:
    """Every file that is looked at."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not PASSED_OVER.search(path.relative_to(root).as_posix()):
            yield path


def found(paths: Iterator[Path], root: Path) -> set[tuple[str, str, str]]:
    """File, kind and hash of everything that looks like a secret."""
    settings = {
        "plugins_used": [*({"name": name} for name in PLUGINS), *ENTROPY],
        "filters_used": [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in HEURISTICS],
    }
    held = SecretsCollection(root=str(root))
    with transient_settings(settings):
        for path in paths:
            held.scan_file(path.relative_to(root).as_posix())
    return {
        (name, secret.type, secret.secret_hash)
        for name, secret in held
        if not (name.startswith("tests/") and secret.type == MADE_UP)
    }


def main() -> int:
    """Compares with the baseline, or makes it anew."""
    now = found(files(ROOT), ROOT)
    if "--renew" in sys.argv[1:]:
        BASELINE.write_text(json.dumps(sorted(now), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    known = {tuple(entry) for entry in json.loads(BASELINE.read_text(encoding="utf-8"))}
    new = sorted(now - known)
    for name, kind, _ in new:
        sys.stderr.write(f"{name}: {kind}\n")
    if new:
        sys.stderr.write("Take it out, and if it was ever committed, change it. False alarm: --renew, after a look.\n")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
