"""Apply the edits of `archguard check --actions --format json` to a tree, in twenty lines.

archguard check --root TREE --config FILE --actions --format json > report.json
python benchmarks/apply_actions.py TREE report.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

root, report = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
actions = [action for violation in report["violations"] for action in violation["actions"]]
edits = [action for action in actions if "refused" not in action]
for path in sorted({edit["path"] for edit in edits}):
    content = (root / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    for edit in sorted((e for e in edits if e["path"] == path), key=lambda e: -e["start"]):
        if edit["sha256"] != digest:
            sys.exit(f"{path} is not the file that the report is about")
        content = content[: edit["start"]] + edit["text"].encode() + content[edit["end"] :]
    (root / path).write_bytes(content)
ready = sum(all("refused" not in one for one in v["actions"]) for v in report["violations"])
print(f"{ready} of {len(report['violations'])} violations rewritten by {len(edits)} edits")
