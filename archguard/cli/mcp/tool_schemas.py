"""The tools: what each is for, what it takes, and what it answers, as JSON Schemas."""

from __future__ import annotations

from typing import Any, NamedTuple

from archguard.reporters.json_schema import make_schema

Schema = dict[str, Any]

_MAX_NAME = 4096
_MAX_DIFF = 4 * 1024 * 1024
_DEFAULT_LIMIT, _MAX_LIMIT = 100, 1000
_TEXT: Schema = {"type": "string"}
_NULLABLE: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_LEFT_OUT: Schema = {**_COUNT, "description": "How many more there are than `limit`."}
_LIMIT: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": _MAX_LIMIT,
    "default": _DEFAULT_LIMIT,
    "description": "How many items a list of the answer has at most.",
}


class ToolDescription(NamedTuple):
    """A tool; it is named after the method of `Answers` that answers it."""

    name: str
    title: str
    description: str
    input: Schema
    output: Schema


def list_tools() -> tuple[ToolDescription, ...]:
    """Return the tools, in the order in which they are most often needed."""
    report = make_schema()["properties"]
    return (
        _find_replacement(),
        _find_importers(report),
        _judge_change(report),
        _list_ready(),
        _describe_contracts(report),
    )


def _find_replacement() -> ToolDescription:
    answer = _object(
        contract=_TEXT,
        deprecated=_describe(_TEXT, "What the contract deprecates, as it names it."),
        replacement=_describe(_NULLABLE, "A module, or `module:Name`; null: none is known."),
        code=_describe(_NULLABLE, "Why there is none, as `archguard plan` codes it."),
        reason=_describe(_TEXT, "The same in words; of a replacement, what to know about it."),
    )
    return ToolDescription(
        "find_replacement",
        "What to import instead",
        "Ask before importing a module or a name: whether a contract deprecates it, and what the "
        "contract and the plan say to import instead.",
        _arguments(
            name=_name("A module, or a name of one: `shop.old_cart`, `shop.old_cart:Cart`."),
            required=("name",),
        ),
        _object(name=_TEXT, deprecated=_FLAG, sentence=_TEXT, answers=_list(answer)),
    )


def _find_importers(report: Schema) -> ToolDescription:
    violation = report["violations"]["items"]["properties"]
    occurrence = violation["occurrences"]["items"]["properties"]
    place = _object(**{key: occurrence[key] for key in ("path", "line")}, kind=_TEXT)
    keys = ("contract", "importer", "imported", "ghost", "replacement")
    violations = _object(**{key: violation[key] for key in keys}, occurrences=_list(place))
    return ToolDescription(
        "find_importers",
        "Who imports a module",
        "The modules that import a module directly, and the violations that these imports are, with "
        "path and line.",
        _arguments(name=_name("A module: `shop.old_cart`."), limit=_LIMIT, required=("name",)),
        _object(
            name=_TEXT,
            commit=_describe(_NULLABLE, "The commit that was read; null for a working tree."),
            total=_describe(_COUNT, "How many modules import it."),
            importers=_list(_TEXT),
            left_out=_LEFT_OUT,
            violations_total=_COUNT,
            violations=_list(violations),
        ),
    )


def _judge_change(report: Schema) -> ToolDescription:
    return ToolDescription(
        "judge_change",
        "Whether a change is new debt",
        "What `archguard check --base` says of the working tree, or of a unified diff: which violations "
        "are new since the base, which are fixed, and what is no longer counted.",
        _arguments(
            base={
                **_name("A revision. Default: the configured base, else HEAD."),
                "maxLength": 1024,
            },
            diff={
                "type": "string",
                "minLength": 1,
                "maxLength": _MAX_DIFF,
                "description": "A unified diff as `git diff` writes it; it is applied to HEAD, and no "
                "file is written. Default: the working tree as it is.",
            },
            limit=_LIMIT,
        ),
        _object(
            sentence=_TEXT,
            next=_describe(_TEXT, "What to do now."),
            is_new_debt=_describe(_FLAG, "Whether any violation is new."),
            passed=_describe(_FLAG, "Whether `check` would pass."),
            base=report["base"],
            contracts=report["contracts"],
            new_total=_COUNT,
            new=report["violations"],
            left_out=_LEFT_OUT,
            fixed=report["fixed"],
            weakened=report["weakened"],
            newly_unread=report["newly_unread"],
            notices=report["notices"],
        ),
    )


def _list_ready() -> ToolDescription:
    violation = _object(
        contract=_TEXT,
        importer=_TEXT,
        imported=_TEXT,
        path=_TEXT,
        line=_COUNT,
        status={"const": "ready"},
        reason=_describe(_TEXT, "What a reader should know."),
        symbols=_list(_TEXT),
        batch=_describe({"type": ["integer", "null"]}, "For `archguard fix --batch`."),
    )
    batch = _object(
        id=_COUNT,
        owner=_TEXT,
        package=_TEXT,
        paths=_list(_TEXT),
        violations=_COUNT,
        predicted={"type": "object", "additionalProperties": _COUNT},
    )
    return ToolDescription(
        "list_ready",
        "What is ready to fix",
        "The violations that `archguard plan` says can be rewritten now, in batches of the size of a "
        "pull request.",
        _arguments(contract=_name("Only of this contract, by its id or name."), limit=_LIMIT),
        _object(
            sentence=_TEXT,
            counts=_object(
                ready=_COUNT,
                blocked=_COUNT,
                contracts={"type": "object", "additionalProperties": _COUNT},
            ),
            ready=_list(violation),
            left_out=_LEFT_OUT,
            batches=_list(batch),
        ),
    )


def _describe_contracts(report: Schema) -> ToolDescription:
    contract = report["contracts"]["items"]["properties"]
    keys = ("id", "name", "type", "kept", "violations", "lower_bound", "exposure", "owner", "deadline")
    fields = {key: contract[key] for key in keys}
    return ToolDescription(
        "describe_contracts",
        "Where the contracts stand",
        "Each contract's verdict and counts. The service also says in which state it is and where that "
        "leads.",
        _arguments(contract=_name("Only this contract, by its id or name.")),
        _object(
            commit=_NULLABLE,
            contracts=_list(
                _object(
                    **fields,
                    state=_describe(_NULLABLE, "The service's: sealed, shrinking, …; null for a tree."),
                    sentence=_TEXT,
                )
            ),
        ),
    )


def _arguments(*, required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": [*properties], "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _name(description: str) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": _MAX_NAME,
        "pattern": r"^[^\x00-\x1f\x7f]+$",
        "description": description,
    }


def _describe(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}
