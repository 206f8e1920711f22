"""Clients that upload at the same time and retry until acknowledged, and an audit of what is stored."""

from __future__ import annotations

import hashlib
import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archguard import snapshot as wire
from tests.battery.service import PROJECT

if TYPE_CHECKING:
    from tests.battery.service import Response, Service

UPLOAD_HEADERS = {"Content-Type": wire.CONTENT_TYPE, "Content-Encoding": wire.ENCODING}
UPLOAD_PATH = f"/api/v1/projects/{PROJECT}/snapshots"
_RETRIED = (408, 429, 500, 502, 503, 504, 507)


def commit_id(name: str) -> str:
    """A commit id that a name stands for."""
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


def upload_body(name: str, *, branch: str = "main", parent: str | None = None, at: int = 0) -> bytes:
    """The bytes of a small snapshot; the same name gives the same bytes."""
    number = int(commit_id(name)[:6], 16)
    violations = number % 3
    modules = ("shop", "shop.cart", "shop.legacy", *(f"shop.page{n}" for n in range(violations)))
    snapshot = wire.Snapshot(
        format_version=1,
        tool=wire.Tool(name="archguard", version="0.1.0"),
        commit=commit_id(name),
        parent=None if parent is None else commit_id(parent),
        committed_at=at or 1_700_000_000 + number,
        configuration="c" * 64,
        folder="",
        roots=(wire.Root(name="shop", folder=""),),
        graph=wire.Graph(
            modules=modules,
            kinds="p" + "m" * (len(modules) - 1),
            imports=tuple((index, 2) for index in range(3, len(modules))),
        ),
        contracts=(
            wire.Contract(
                id="one-cart",
                name="One cart",
                type="deprecated",
                kept=not violations,
                violations=violations,
                exposure=violations,
                lower_bound=False,
                deprecated=("shop.legacy",),
            ),
        ),
        violations=tuple(
            wire.Violation(
                contract="one-cart",
                importer=f"shop.page{n}",
                imported="shop.legacy",
                ghost=False,
                occurrences=(wire.Occurrence(path=f"shop/page{n}.py", line=1, kind="top-level"),),
            )
            for n in range(violations)
        ),
        coverage=wire.Coverage(files=len(modules), unread=()),
    )
    ancestors = () if snapshot.parent is None else (snapshot.parent,)
    upload = wire.Upload(snapshot=snapshot, branch=branch, ancestors=ancestors)
    return wire.compress(upload.model_dump_json().encode())


@dataclass(slots=True)
class Uploaders:
    """Threads that upload one snapshot after the other, each again until it was acknowledged."""

    service: Service
    token: str
    count: int
    acknowledged: set[str] = field(default_factory=set)
    """Commits that were answered 201 or 200."""
    sent: set[str] = field(default_factory=set)
    unexpected: Counter[int] = field(default_factory=Counter)
    _halt: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin."""
        for number in range(self.count):
            thread = threading.Thread(target=self._run, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def wait_for(self, count: int) -> None:
        """Wait until so many uploads were acknowledged; a minute at most."""
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, f"{len(self.acknowledged)} were acknowledged"
            time.sleep(0.02)

    def wait_for_more(self, count: int) -> None:
        """Wait until so many uploads more were acknowledged; a minute at most."""
        self.wait_for(len(self.acknowledged) + count)

    def stop(self) -> None:
        """Stop each thread after its current upload."""
        self._halt.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _run(self, number: int) -> None:
        sequence = 0
        while not self._halt.is_set():
            name = f"{number}-{sequence}"
            self.sent.add(commit_id(name))
            if self._upload_until_acknowledged(upload_body(name)):
                self.acknowledged.add(commit_id(name))
            sequence += 1

    def _upload_until_acknowledged(self, body: bytes) -> bool:
        """Retry until acknowledged; return False if stopped before."""
        while True:
            try:
                answer = self.service.request(
                    "POST", UPLOAD_PATH, body=body, token=self.token, headers=UPLOAD_HEADERS
                )
            except (OSError, http.client.HTTPException):
                if self._halt.is_set():
                    return False
                time.sleep(0.02)
                continue
            if answer.status in (200, 201):
                return True
            if answer.status not in (429, 503, 507):
                self.unexpected[answer.status] += 1
            if self._halt.is_set() or answer.status not in _RETRIED:
                return False
            time.sleep(0.05)


def read_whole_trend(service: Service, token: str, branch: str = "main") -> Response:
    """Wait until every upload is worked in, and return the trend; a minute at most."""
    path = f"/api/v1/projects/{PROJECT}/trend?contract=one-cart&points=10000&branch={branch}"
    deadline = time.monotonic() + 60
    while True:
        answer = service.get(path, token)
        assert answer.status in (200, 503), answer.body
        if answer.status == 200 and not answer.json["rebuilding"]:
            return answer
        assert time.monotonic() < deadline, "an upload out of order is not worked in yet"
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Audit:
    """What the service stores, compared with what it acknowledged."""

    lost: frozenset[str]
    """Acknowledged but not stored."""
    duplicated: frozenset[str]
    phantom: frozenset[str]
    """Stored but never sent."""
    kept: int


def audit(service: Service, token: str, uploaders: Uploaders) -> Audit:
    """Compare every snapshot that the service lists with what was acknowledged."""
    stored: Counter[str] = Counter()
    after = ""
    while True:
        answer = service.get(f"{UPLOAD_PATH}?limit=200{after}", token)
        if answer.status == 404:  # not one upload was kept: there is no project
            break
        assert answer.status == 200, answer.body
        page = answer.json
        stored.update(item["commit"] for item in page["items"])
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    return Audit(
        lost=frozenset(uploaders.acknowledged - stored.keys()),
        duplicated=frozenset(commit for commit, count in stored.items() if count > 1),
        phantom=frozenset(stored.keys() - uploaders.sent),
        kept=len(stored),
    )
