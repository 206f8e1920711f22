"""The JSON Schema of `check --format json`: what `archguard schema report` prints.

Keys may be added to a version of the format, so a reader must accept keys that it does not know.
"""

from __future__ import annotations

from typing import Any

from archguard.configuration.contract_exception import IMPORT_KINDS
from archguard.graph.model import ImportKind
from archguard.reporters.json_report import FORMAT_VERSION
from archguard.text import format_json

Schema = dict[str, Any]


def render_schema() -> str:
    """Render the schema as a JSON document."""
    return format_json(make_schema())


def make_schema() -> Schema:
    """Return the schema as values that JSON can hold."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archguard check --format json",
        **_object(
            format_version={"const": FORMAT_VERSION},
            tool=_object(name={"const": "archguard"}, version=_text()),
            commit=_text("The commit that was read; null for a working tree.", null=True),
            contracts=_list(_contract()),
            violations=_list(_violation(), "Sorted by contract, importer and imported."),
            references=_list(
                _reference(),
                "What names a deprecated module and is no import, and other names of classes.",
            ),
            coverage=_coverage(),
            graph=_object(modules=_count(), imports=_count()),
            today={
                "type": ["string", "null"],
                "format": "date",
                "description": "The day on which deadlines and stages were judged.",
            },
            notices=_list(_text()),
            optional=_comparison(),
        ),
    }


def _comparison() -> dict[str, Schema]:
    """Return what a report has besides if it was compared with a base."""
    return {
        "base": _object(
            commit=_text(null=True), source={"enum": ["git", "server", "file"]}, name=_text()
        ),
        "fixed": _list(_object(contract=_text(), importer=_text(), imported=_text())),
        "weakened": _list(
            _object(
                contract=_text(),
                importer=_text(null=True),
                imported=_text(null=True),
                how=_text("Why it is no longer counted, such as `exception-added`."),
            )
        ),
        "newly_unread": _list(_text(), "Files that could be read at the base, and cannot now."),
        "causes": _causes(),
    }


def _causes() -> Schema:
    return _object(
        imports=_list(_cause(), "The fewest added imports without which nothing would be new."),
        unique=_flag("Whether no other set of as few imports would do."),
        smallest=_flag("Whether no smaller set would do; else the search for one was given up."),
        verified=_flag("Whether without them exactly the new violations are gone, judged again."),
        unexplained=_count("How many new violations no added import makes."),
    )


def _cause() -> Schema:
    return _object(
        importer=_text(),
        imported=_text(),
        path=_text(),
        line=_position(),
        violations=_count("How many new violations the import makes, in all contracts."),
        contracts=_list(_text(), "The contracts of these."),
    )


def _contract() -> Schema:
    return _object(
        id=_text(),
        name=_text(),
        type=_text("import-linter's name of the type, `deprecated`, or a type of your own."),
        kept={"type": ["boolean", "null"], "description": "null if there is an `error`."},
        violations=_count(),
        new={
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How many the base does not have; null without a base.",
        },
        passed={
            "type": ["boolean", "null"],
            "description": "Whether it lets the check pass; null if there is an `error`.",
        },
        allowed=_count("How many more violations there would be with all exceptions off."),
        lower_bound=_flag("Whether an unread file or an undecided import could raise the count."),
        exposure=_count("How many modules reach a forbidden one, directly or not."),
        ignored=_count("How many imports `ignore_imports` removed before judging."),
        owner=_text(null=True),
        deadline={"type": ["string", "null"], "format": "date"},
        stages=_list(_stage(), "The days to come on which it changes what fails."),
        warnings=_list(_text()),
        text=_text("The output of a contract type of your own."),
        guidance=_text("The contract's `broken_contract_guidance`."),
        unknown=_count("Violations of the parent commit whose importers cannot be read now."),
        exceptions=_list(_exception(), "What is not counted; of a comment, each import."),
        optional={
            "users": _count(
                "Of a `deprecated` contract: how many modules use what it deprecates, directly or "
                "behind a re-export. Shown, never counted."
            ),
            "hidden_users": _list(_user(), "Those of them that are no violations."),
            "kinds": _list({"enum": list(IMPORT_KINDS)}, "The kinds of import that are judged."),
            "other_kinds": _count("How many more violations there would be if every kind were judged."),
            "canonical_missing": _flag("Whether a canonical class is missing, here or at the base."),
            "error": _text("Why the contract could not be judged."),
            "exposed": _list(_text(), "The modules that `exposure` counts: with `--show-exposed`."),
            "existing": _count("With a base: how many violations it has, too."),
            "fixed": _count("With a base: how many violations only it has."),
            "weakened": _count("With a base: how many changes of what is counted."),
        },
    )


def _user() -> Schema:
    return _object(module=_text(), path=_text(), line=_position(), way=_way())


def _way() -> Schema:
    return _list(_text(), "Each name that the import passes, as `module:Name`.")


def _stage() -> Schema:
    day: dict[str, Schema] = {"from": {"type": "string", "format": "date"}}
    return _object(
        **day,
        enforce={"enum": ["strict", "ratchet", "report"]},
        fails=_count("How many violations will fail then, if the tree stays as it is."),
    )


def _exception() -> Schema:
    return _object(
        source={"enum": ["allowed_importers", "ignore_imports", "exceptions", "comment"]},
        importer=_text("A module, or an expression with wildcards."),
        imported=_text(),
        imports=_count("How many imports it covers."),
        reason=_text(),
        owner=_text(null=True),
        until={
            "type": ["string", "null"],
            "format": "date",
            "description": "The last day on which it holds.",
        },
        expired=_flag("Whether that day is over, so that it covers nothing."),
        growth={
            "type": ["integer", "null"],
            "description": "How many imports more than at the base it covers; null without a base.",
        },
        optional={"path": _text("Where the comment stands."), "line": _position()},
    )


def _violation() -> Schema:
    return _object(
        contract=_text("The id; with the next two keys, the violation's identity."),
        importer=_text(),
        imported=_text(),
        ghost=_flag("Whether the imported module does not exist (any more)."),
        status={"enum": ["open", "new", "existing"], "description": "`open` without a base."},
        occurrences=_list(_occurrence(), "The statements and strings that cause it."),
        replacement=_text("What to import instead.", null=True),
        actions=_list(
            {"anyOf": [_action(), _edit(), _refused()]},
            "What to do about it, or why nobody can say, one at least; with --actions what rewrites it.",
        ),
        optional={
            "foreign": _flag("Whether the imported module exists, but not as Python source."),
            "definition": _text("If it is no import: the class that it is, or that its alias names."),
            "role": _text("If it is no import: what the class is, such as `fallback` or `alias`."),
            "source": _text("The module that the contract names, and in which the chain begins."),
            "target": _text("The one in which it ends; `source` again if the chain is a cycle."),
            "chain": _list(_step(), "The shortest chain that ends with the import."),
            "on_changed_lines": _flag("Of a new one: whether it, or its chain, has a changed line."),
            "causes": _list(_cause(), "The added imports that make it: if it is new and has a chain."),
        },
    )


def _action() -> Schema:
    return _object(
        kind=_text("`replace`, or `refusal` if nobody can say what to do."),
        text=_text("A sentence for people."),
        optional={
            "old": _text("The module that is replaced."),
            "new": _text("What to import instead."),
        },
    )


def _edit() -> Schema:
    return _object(
        path=_text("The file, relative to --root, with `/`."),
        start=_count("Where the replaced piece begins, in bytes of the file."),
        end=_count("Where it ends. Edits never overlap, and are applied last to first."),
        sha256=_text("Of the whole file before any edit."),
        text=_text("What takes its place."),
    )


def _refused() -> Schema:
    return _object(
        refused=_text("The code of what is in the way: see `archguard plan`."),
        path=_text("Where it is."),
        line=_position(),
    )


def _occurrence() -> Schema:
    return _object(
        path=_text("Relative to --root, with `/`."),
        line=_position(),
        column=_position("Of the statement's first character; null if unknown.", null=True),
        kind={"enum": [kind.value for kind in ImportKind]},
        statement=_text("Its first line, stripped."),
        names=_list(_text(), "What the statement asks for below the imported module or in it."),
        optional={"ways": _list(_way(), "By which ways it imports a deprecated symbol.")},
    )


def _step() -> Schema:
    return _object(importer=_text(), imported=_text(), path=_text(), line=_position())


def _reference() -> Schema:
    return _object(
        contract=_text(),
        module=_text("The deprecated module, or another name of a class as `module:Name`."),
        path=_text(),
        line=_position(),
        kind={"enum": ["literal", "configuration", "attribute", "alias", "re-export"]},
        text=_text("What is written there."),
    )


def _coverage() -> Schema:
    names = _list(_text(), "The deprecated modules that its text names.")
    return _object(
        files=_count(),
        analysed=_count(),
        unread=_list(
            _object(
                path=_text(),
                reason=_text(),
                names=names,
                optional={
                    "line": _position(),
                    "unknown": _flag("Whether not even its text is known, so it may import anything."),
                },
            )
        ),
        outside=_object(files=_count(), names=_list(_object(path=_text(), names=names))),
        excluded=_object(files=_count(), patterns=_list(_text()), naming=_count()),
        undecided=_list(
            _object(contract=_text(), module=_text(), importer=_text(), path=_text(), line=_position()),
            "Imports of which nobody can know whether they ask for a deprecated module.",
        ),
    )


def _object(*, optional: dict[str, Schema] | None = None, **required: Schema) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": [*required], "properties": properties}


def _list(items: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": items, **_describe(description)}


def _text(description: str = "", *, null: bool = False) -> Schema:
    return {"type": ["string", "null"] if null else "string", **_describe(description)}


def _flag(description: str) -> Schema:
    return {"type": "boolean", **_describe(description)}


def _count(description: str = "") -> Schema:
    return {"type": "integer", "minimum": 0, **_describe(description)}


def _position(description: str = "", *, null: bool = False) -> Schema:
    return {
        "type": ["integer", "null"] if null else "integer",
        "minimum": 1,
        **_describe(description),
    }


def _describe(description: str) -> Schema:
    return {"description": description} if description else {}
