"""The search for deprecated names in the text of a file that is not scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.model import ScanResult
from archguard.graph.parsing.decoding import decode_leniently
from archguard.graph.parsing.notebook import extract_code_cells
from archguard.sources.source import (
    CYTHON,
    LINK_TO_NOTHING,
    MAX_FILE_BYTES,
    NOTEBOOK,
    TOO_LARGE,
    find_pointer,
)

if TYPE_CHECKING:
    from archguard.graph.discovery import Module, UnusableFile
    from archguard.graph.parsing.references import ReferenceFinder
    from archguard.sources.source import FileContents

MAX_SEARCHED_BYTES = 256_000_000
"""The text of a larger file is not searched either, and so counts as unknown."""


def search_unusable(
    file: UnusableFile, source: FileContents, finder: ReferenceFinder, content_name: str | None
) -> ScanResult:
    """Return the result for a file that cannot be a module.

    Args:
        file: the file.
        source: reads its content.
        finder: finds the deprecated names in its text.
        content_name: what `source` calls its content; None if it has none.
    """
    if file.reason == LINK_TO_NOTHING:
        return ScanResult(reason=file.reason)
    if content_name is None:
        return ScanResult(reason=file.reason, unknown=True)
    (content,) = source.read([content_name], MAX_SEARCHED_BYTES)
    if not isinstance(content, bytes):
        return ScanResult(reason=file.reason, unknown=True)
    if pointer := find_pointer(content):
        return ScanResult(reason=pointer, unknown=True)
    names = finder.find_names(extract_code(content, file.reason), file.name, is_package=file.is_package)
    return ScanResult(reason=file.reason, names=tuple(names))


def extract_code(content: bytes, reason: str | None) -> str:
    """Return the code of a file that is not analysed for this reason."""
    if reason == NOTEBOOK:
        return extract_code_cells(content)
    text = decode_leniently(content)
    return text.replace("cimport", " import") if reason == CYTHON else text


def search_deadly(
    module: Module, reason: str, source: FileContents, finder: ReferenceFinder
) -> ScanResult:
    """Return the result for a module whose file killed the process that was to scan it.

    Args:
        module: the module; its path is what `source` calls its content.
        reason: why the process died.
        source: reads its content.
        finder: finds the deprecated names in its text.
    """
    (content,) = source.read([module.path], MAX_FILE_BYTES)
    if not isinstance(content, bytes):
        # Searching a large text is all that the process was to do with it.
        reason = TOO_LARGE if content.reason == TOO_LARGE else reason
        return ScanResult(reason=reason, unknown=True)
    names = finder.find_names(decode_leniently(content), module.name, is_package=module.is_package)
    return ScanResult(reason=reason, names=tuple(names))
