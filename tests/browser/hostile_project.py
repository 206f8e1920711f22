"""A project in which every text that an uploader may choose is an attack on the browser."""

from __future__ import annotations

from itertools import pairwise

from archguard.snapshot import (
    Build,
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Snapshot,
    Tool,
    UnreadFile,
    Upload,
    Violation,
)
from tests.api.snapshots import CONFIGURATION, DAY, commit_id

TEXTS = (
    "<svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onfocus=alert(1) autofocus x="',
    "' onmouseover='alert(1)",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></mtext><img src onerror=alert(1)></math>",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>*{background:url(//evil.example)}</style>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/x",
    "https://evil.example/<svg onload=alert(1)>",
    "{{7*7}}",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;svg onload=alert(1)&gt;",
    "&#60;svg onload=alert(1)&#62;",
    "%3Csvg onload=alert(1)%3E",
    "\\u003csvg onload=alert(1)\\u003e",
    "[x](javascript:alert(1))",
    "](javascript:alert(1))",
    "![x](x onerror=alert(1))",
    "=cmd|' /C calc'!A0",
    "__proto__",
    "constructor",
    "a?b=c&d=e#f",
    "100% of %2e%2e",
    "a,b\N{NO-BREAK SPACE}c",
    "'; DROP TABLE snapshots; --",
    "\N{RIGHT-TO-LEFT OVERRIDE}txet",
    "\N{ARABIC LETTER BEH}\N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}.\N{HEBREW LETTER SHIN}",
    "\N{ZERO WIDTH SPACE}zero\N{ZERO WIDTH JOINER}width",
    "Z\N{COMBINING GRAVE ACCENT}\N{COMBINING TILDE}\N{COMBINING RING BELOW}alg",
    "\N{PILE OF POO}" * 20,
    "x" * 500,
)
SETTINGS = {"link": "javascript:alert(1)//{commit}/{path}#{line}", "default_branch": TEXTS[0]}
"""Settings that the service would refuse, written to the store directly."""
DEPRECATED = TEXTS[:4]


def uploads(now: int) -> list[Upload]:
    """Build three uploads: everything is imported, half of it is fixed, and it comes back."""
    halves = (TEXTS, TEXTS[: len(TEXTS) // 2], TEXTS)
    return [_upload(number, texts, now - (3 - number) * DAY) for number, texts in enumerate(halves)]


def commit(number: int) -> str:
    """Return the id of a commit."""
    return commit_id(f"hostile-{number}")


def _contracts(texts: tuple[str, ...]) -> tuple[Contract, ...]:
    return tuple(
        Contract(
            id=text,
            name=f"{text} is deprecated",
            type=text,
            kept=False,
            violations=len(_importers(texts, text)),
            exposure=1,
            lower_bound=index == 0,
            adoption=1,
            deprecated=(text,),
            replacements=(TEXTS[-index - 1],),
            owner=TEXTS[index + 4],
        )
        for index, text in enumerate(DEPRECATED)
    )


def _importers(texts: tuple[str, ...], imported: str) -> list[str]:
    return sorted(text for text in texts if text != imported)


def _violations(texts: tuple[str, ...]) -> tuple[Violation, ...]:
    return tuple(
        Violation(
            contract=imported,
            importer=importer,
            imported=imported,
            ghost=imported == DEPRECATED[0],
            replacement=importer,
            occurrences=(
                Occurrence(path=importer, line=1, kind=importer),
                Occurrence(path=f"{importer}/{imported}", line=2, kind="top-level"),
            ),
        )
        for imported in sorted(DEPRECATED)
        for importer in _importers(texts, imported)
    )


def _upload(number: int, texts: tuple[str, ...], at: int) -> Upload:
    names = sorted(TEXTS)
    place = {name: index for index, name in enumerate(names)}
    edges = {(importer, imported) for imported in DEPRECATED for importer in _importers(texts, imported)}
    edges |= set(pairwise(names))
    return Upload(
        snapshot=Snapshot(
            format_version=1,
            tool=Tool(name=TEXTS[0], version=TEXTS[1]),
            commit=commit(number),
            parent=commit(number - 1) if number else None,
            committed_at=at,
            configuration=CONFIGURATION,
            folder=TEXTS[2],
            roots=(),
            graph=Graph(
                modules=tuple(names),
                kinds="".join("mpnxg"[index % 5] for index in range(len(names))),
                imports=tuple(sorted((place[a], place[b]) for a, b in edges)),
            ),
            contracts=_contracts(texts),
            violations=_violations(texts),
            coverage=Coverage(
                files=100,
                unread=tuple(
                    UnreadFile(path=text, reason=text, line=1, names=(text,)) for text in TEXTS
                ),
            ),
        ),
        branch=TEXTS[number % 2],
        ancestors=tuple(commit(before) for before in range(number - 1, -1, -1)),
        build=Build(service=TEXTS[3], url=f'https://ci.example.org/"{TEXTS[0]}', pull_request=TEXTS[0]),
    )
