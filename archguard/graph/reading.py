"""A tree while it is read: what each module imports is handed on before all of them are known."""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING

from archguard.graph.scanning.daemon_threads import DaemonThreads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archguard.graph.discovery import Discovery
    from archguard.graph.model import Analysis, Import, Importing

    Some = Mapping[str, tuple[Import, ...] | None]


class Reading:
    """What a thread reads, for the one that waits for it."""

    def __init__(self, found: Discovery, read: Callable[[Callable[[Some], None]], Analysis]) -> None:
        """Begin.

        Args:
            found: the modules that there are, by name.
            read: reads them; it is given what hands on the imports of some, in any order: None for a
                module of which nothing is known.
        """
        self.found = found
        self._parts: SimpleQueue[Some | None] = SimpleQueue()
        thread = DaemonThreads(1)
        self._analysis = thread.submit(read, self._parts.put)
        self._analysis.add_done_callback(lambda _: self._parts.put(None))
        thread.shutdown(wait=False)

    def imports(self) -> Iterator[Importing]:
        """Each module and what it imports, sorted; waits for it. Once only."""
        known: dict[str, tuple[Import, ...] | None] = {}
        for name in sorted(self.found.modules):
            while name not in known and (part := self._parts.get()) is not None:
                known |= part
            if name not in known:
                break
            if (imports := known.pop(name)) is not None:
                yield name, imports

    def result(self) -> Analysis:
        """All of it, when it is there.

        Raises:
            WorkerError: no child process can be started.
        """
        return self._analysis.result()
