"""The main program of a child process: untrusted source is parsed here, so a crash costs one file.

Before a file is parsed on its own the child writes that file's index, so that the parent knows which
file killed it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archguard.graph.model import ImportKind, ReferenceKind
from archguard.graph.parsing.allow_comments import find_allow_comments
from archguard.graph.parsing.attribute_uses import AttributeFinder
from archguard.graph.parsing.decoding import (
    DecodedSource,
    DecodingError,
    decode_leniently,
    decode_source,
)
from archguard.graph.parsing.grimp_scanner import GrimpScanner, ModuleSource, ScanError
from archguard.graph.parsing.references import ReferenceFinder, imports_importlib
from archguard.graph.scanning.child_server import serve
from archguard.graph.scanning.processor_time import ProcessorTimeLimit, TimeAllowance
from archguard.graph.scanning.protocol import pack_results
from archguard.graph.scanning.text_search import MAX_SEARCHED_BYTES
from archguard.sources.open import reopen
from archguard.sources.source import TOO_LARGE, Unreadable, find_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.model import RawImport, RawReference
    from archguard.graph.scanning.child_server import File
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.sources.source import FileContents

IndexedSource = tuple[int, ModuleSource]
"""A module's source, and the index of its file in the request."""


def main() -> None:
    """Scan files for imports until standard input ends."""
    serve(_make_scanner)


def _make_scanner(options: dict[str, Any]) -> FileScanner:
    return FileScanner(
        source=reopen(options["source"]),
        scanner=GrimpScanner(**options["scanner"]),
        reference_finder=ReferenceFinder(options["expressions"], options["symbols"]),
        attribute_finder=AttributeFinder(options["expressions"]),
        finds_kinds=options["finds_kinds"],
        batch_bytes=options["batch_bytes"],
        time_limit=ProcessorTimeLimit(TimeAllowance(*options["allowance"])),
    )


class FileScanner:
    """Reads, decodes, searches and scans files of one source."""

    def __init__(
        self,
        *,
        source: FileContents,
        scanner: GrimpScanner,
        reference_finder: ReferenceFinder,
        attribute_finder: AttributeFinder,
        finds_kinds: bool,
        batch_bytes: int,
        time_limit: ProcessorTimeLimit,
    ) -> None:
        self._source = source
        self._scanner = scanner
        self._reference_finder = reference_finder
        self._attribute_finder = attribute_finder
        self._finds_kinds = finds_kinds
        self._batch_bytes = batch_bytes
        self._time_limit = time_limit

    def handle(self, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Yield the answers to a request: for fingerprints, for bindings, or to scan files."""
        if "fingerprints" in request:
            return [{"fingerprints": list(self._source.fingerprints(request["fingerprints"]))}]
        if "bindings" in request:
            return [{"bindings": self.read_bindings(request["bindings"])}]
        return self.scan_files(**request)

    def scan_files(self, files: list[File], *, careful: bool) -> Iterator[dict[str, Any]]:
        """Yield the answers to a request: the indexes of files that are probed, then the results.

        Args:
            files: what to read.
            careful: whether to probe each file on its own before it is scanned with others.
        """
        self._time_limit.renew(files=len(files))
        results: list[RawScanResult] = []
        batch: list[IndexedSource] = []
        size = 0
        paths = [path for _, path, _ in files]
        stamps = list(self._source.stamps(paths))  # before anything is read
        contents = self._source.read(paths)
        for index, (file, content) in enumerate(zip(files, contents, strict=True)):
            result, text = self._read(file, content)
            results.append(result)
            if text is None:
                continue
            batch.append((index, text))
            size += len(text.utf8)
            if size > self._batch_bytes:
                yield from self._scan(batch, results, careful=careful)
                batch, size = [], 0
        yield from self._scan(batch, results, careful=careful)
        for result, stamp in zip(results, stamps, strict=True):
            if stamp is not None:
                result["stamp"] = stamp
        yield pack_results(paths, results)

    def read_bindings(self, file: File) -> ModuleBindings | None:
        """Return what one module binds; None if its file cannot be read."""
        from archguard.graph.parsing.module_bindings import find_bindings  # noqa: PLC0415 (rare)

        name, path, is_package = file
        (content,) = self._source.read([path])
        if isinstance(content, Unreadable):
            return None
        self._time_limit.renew(files=1, size=len(content))
        try:
            decoded = decode_source(content)
        except DecodingError:
            return None
        return find_bindings(decoded.text, name, is_package=is_package)

    def _read(
        self, file: File, content: bytes | Unreadable
    ) -> tuple[RawScanResult, ModuleSource | None]:
        """Return what is known of a file before it is scanned, and its source if it can be scanned."""
        name, path, is_package = file
        if isinstance(content, Unreadable):
            if content.reason == TOO_LARGE:
                (large_content,) = self._source.read([path], MAX_SEARCHED_BYTES)
                if isinstance(large_content, bytes):
                    return self._search_unread(file, large_content, content.reason), None
            return {"reason": content.reason, "unknown": True}, None
        if pointer := find_pointer(content):
            fingerprint = self._source.fingerprint(path, content)
            return {"fingerprint": fingerprint, "reason": pointer, "unknown": True}, None
        if len(content) > self._batch_bytes:
            self._time_limit.renew(size=len(content))
        try:
            decoded = decode_source(content)
        except DecodingError as error:
            return self._search_unread(file, content, str(error)), None
        result: RawScanResult = {"fingerprint": self._source.fingerprint(path, content)}
        return result, ModuleSource(name, is_package, *decoded)

    def _search_unread(self, file: File, content: bytes, reason: str) -> RawScanResult:
        """Return the result for a file that cannot be scanned, with the deprecated names in its text."""
        name, path, is_package = file
        self._time_limit.renew(size=len(content))
        text = decode_leniently(content)
        return {
            "fingerprint": self._source.fingerprint(path, content),
            "reason": reason,
            "names": self._reference_finder.find_names(text, name, is_package=is_package),
        }

    def _scan(
        self, batch: list[IndexedSource], results: list[RawScanResult], *, careful: bool
    ) -> Iterator[dict[str, Any]]:
        """Add the imports of each module to its result."""
        for group in _group_by_distinct_names(batch):
            if careful:
                sound: list[IndexedSource] = []
                for index, text in group:
                    yield {"probing": index}
                    self._time_limit.renew(size=len(text.utf8))
                    try:
                        self._scanner.probe(text)
                    except ScanError as error:
                        self._record_error(results, index, text, error)
                    else:
                        sound.append((index, text))
                yield {"probing": None}
                self._record_imports(sound, results)
            else:
                self._scan_together(group, results)

    def _scan_together(self, group: list[IndexedSource], results: list[RawScanResult]) -> None:
        """Scan modules at once; if one of them fails the scan, scan the others again in two halves."""
        try:
            self._record_imports(group, results)
        except ScanError as error:
            bad = [indexed for indexed in group if indexed[1].name == error.module or len(group) == 1]
            for index, text in bad:
                self._record_error(results, index, text, error)
            rest = [indexed for indexed in group if indexed not in bad]
            half = (len(rest) + 1) // 2
            for part in (rest[:half], rest[half:]):
                if part:
                    self._scan_together(part, results)

    def _record_imports(self, group: list[IndexedSource], results: list[RawScanResult]) -> None:
        self._time_limit.renew(files=len(group), size=sum(len(text.utf8) for _, text in group))
        imports = self._scanner.scan(text for _, text in group)
        for index, text in group:
            results[index]["imports"] = imports[text.name]
            if references := self._find_references(text, imports[text.name]):
                results[index]["references"] = sorted(references)
            if self._finds_kinds and (kinds := _find_kinds(text.source, imports[text.name])):
                results[index]["kinds"] = kinds
            if comments := find_allow_comments(text.source):
                results[index]["comments"] = comments

    def _find_references(self, text: ModuleSource, imports: list[RawImport]) -> set[RawReference]:
        """Return the references in a text with these imports."""
        may_name = self._reference_finder.may_name(text.utf8)
        names = self._reference_finder.find_references(
            DecodedSource(text.source, text.utf8),
            text.name,
            is_package=text.is_package,
            imports_importlib=imports_importlib(imports),
            may_name=may_name,
        )
        references: set[RawReference] = {(*name, ReferenceKind.LITERAL) for name in names}
        if may_name:
            uses = self._attribute_finder.find_uses(text, imports)
            references |= {(*use, ReferenceKind.ATTRIBUTE) for use in uses}
        return references

    def _record_error(
        self, results: list[RawScanResult], index: int, text: ModuleSource, error: ScanError
    ) -> None:
        self._time_limit.renew(size=len(text.utf8))
        names = self._reference_finder.find_names(text.source, text.name, is_package=text.is_package)
        results[index] = {
            "fingerprint": results[index]["fingerprint"],
            "reason": error.reason,
            "line": error.line,
            "names": names,
        }


def _find_kinds(source: str, imports: list[RawImport]) -> list[tuple[int, ImportKind]]:
    """Return line and kind of the imports that are not at the top level."""
    from archguard.graph.parsing.import_kinds import find_import_kinds  # noqa: PLC0415 (rarely needed)

    lines = {line for _, line, is_lazy, _ in imports if not is_lazy}
    kinds = find_import_kinds(source, lines)
    return sorted((line, kind) for line, kind in kinds.items() if kind is not ImportKind.TOP_LEVEL)


def _group_by_distinct_names(batch: list[IndexedSource]) -> list[list[IndexedSource]]:
    """Split a batch into groups in which every module name is unique.

    Along a history a batch holds several versions of a module, which cannot be scanned at once.
    """
    seen: Counter[str] = Counter()
    groups: list[list[IndexedSource]] = []
    for indexed in batch:
        name = indexed[1].name
        if seen[name] == len(groups):
            groups.append([])
        groups[seen[name]].append(indexed)
        seen[name] += 1
    return groups
