from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEAVY = ("flask", "sqlalchemy", "sklearn", "scipy", "numpy", "joblib", "sudachipy", "werkzeug", "yaml")
PROGRAM = """
import json, sys
import assistant, assistant.engine, assistant.guide, assistant.memory
print(json.dumps([assistant.__file__, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_the_engine_loads_nothing_heavy_and_is_ours(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True)
    file, loaded = json.loads(done.stdout)
    assert Path(file).resolve() == ROOT / "assistant" / "__init__.py"
    assert [name for name in HEAVY if name in loaded] == []
    assert "pydantic" in loaded  # the list of loaded modules is a real one
