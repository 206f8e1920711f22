"""What `plan --what-if` supposes: a mapping, a module that is deleted, an import that is taken out."""

from __future__ import annotations

import re
from typing import NamedTuple

from archguard.errors import ConfigurationError

_MODULE = r"[\w-]+(?:\.[\w-]+)*"
_EXPRESSION = r"[\w*-]+(?:\.[\w*-]+)*"
_FORMS = re.compile(
    rf"delete:(?P<deleted>{_MODULE})"
    rf"|remove:(?P<importer>{_MODULE})\s*->\s*(?P<imported>{_MODULE}(?::\w+)?)"
    rf"|(?P<old>{_EXPRESSION}(?::\w+)?)\s*=\s*(?P<new>{_EXPRESSION}(?::\w+)?)"
)


class Mapping(NamedTuple):
    """Another entry of `replacement`."""

    text: str
    old: str
    new: str


class Deletion(NamedTuple):
    """A module that is deleted, with what is below it."""

    text: str
    module: str


class Removal(NamedTuple):
    """An import that is taken out."""

    text: str
    importer: str
    imported: str


Hypothesis = Mapping | Deletion | Removal


def parse_hypothesis(text: str) -> Hypothesis:
    """Return what an expression supposes.

    Raises:
        ConfigurationError: it has none of the three forms.
    """
    match = _FORMS.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            f"--what-if {text!r}: write OLD=NEW, delete:MODULE or remove:IMPORTER->IMPORTED, with "
            "module:Name for a name of a module."
        )
    if match["deleted"]:
        return Deletion(text, match["deleted"])
    if match["importer"]:
        return Removal(text, match["importer"], match["imported"])
    return Mapping(text, match["old"], match["new"])
