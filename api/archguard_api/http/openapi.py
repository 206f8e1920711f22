"""The OpenAPI document: FastAPI's, plus the errors and the bodies that routes read themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from archguard.snapshot import Upload
from archguard_api.http import exports, openapi_example
from archguard_api.http.credentials import COOKIE
from archguard_api.http.problem_json import Problem
from archguard_api.models import (
    BranchChange,
    IdTokenRequest,
    NotificationRuleChange,
    NotificationRuleRequest,
    Plan,
    ProjectChange,
    TokenRequest,
    TrustedPublisherRequest,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

SENT = "Sent"
"""Prefix of the schemas of an upload's parts: responses have another `Snapshot`."""
_NAMES = {
    "CountedPage": "Counted",
    "ImportsBetween": "Between",
    "ModuleDetails": "ModuleNow",
    "ModuleHistory": "History",
    "OldestViolation": "Oldest",
    "ProblemLocation": "Fault",
    "ProjectDetails": "ProjectNow",
    "ProjectSummary": "Standing",
    "PruneResult": "Pruned",
    "ShieldsBadge": "Shields",
    "SnapshotViolation": "ViolationThen",
    "SnapshotViolations": "ViolationsThen",
    "TrendPoint": "Point",
    "TrendSummary": "Summary",
    "ViolationCount": "Value",
    "ViolationGroup": "Group",
    "ViolationGroups": "Groups",
    "ViolationState": "Which",
}
"""Classes whose schemas have another name, which clients generated from the document rely on."""
_CLASS = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_NAMES)})(?![A-Za-z0-9])")
_FORMAT_PARAMETER = {
    "name": exports.FORMAT,
    "in": "query",
    "required": False,
    "description": "csv or ndjson: the whole list as a file, as `Accept: text/csv` or "
    "`application/x-ndjson` ask for it.",
    "schema": {"type": "string", "enum": list(exports.FORMATS), "default": "json"},
}
_UNUSED = ("HTTPValidationError", "ValidationError")


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """Return the application's document; it is made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=app.servers or None,
        )
        components = document["components"]
        schemas = dict(sorted(_rename_schemas(components["schemas"]).items()))
        schemas |= _rename_schemas(
            {
                **_make_schemas(Upload, SENT),
                **_make_schemas(ProjectChange, SENT),
                **_make_schemas(Plan, SENT),
                **_make_schemas(Problem),
                **_make_schemas(TokenRequest),
                **_make_schemas(TrustedPublisherRequest),
                **_make_schemas(IdTokenRequest),
                **_make_schemas(BranchChange),
                **_make_schemas(NotificationRuleRequest),
                **_make_schemas(NotificationRuleChange),
            }
        )
        schemas[f"{SENT}Upload"]["examples"] = [openapi_example.UPLOAD]
        for unused in _UNUSED:
            schemas.pop(unused, None)
        components["schemas"] = schemas
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        }
        _rename_references(document)
        _simplify_pairs(schemas)
        for methods in document["paths"].values():
            if exports.find_items(methods, schemas)[0] is not None:
                _document_formats(methods["get"])
        app.openapi_schema = document
    return app.openapi_schema


def _document_formats(operation: dict[str, Any]) -> None:
    """Add to the route of a list what `http.exports` makes of it."""
    operation.setdefault("parameters", []).append(_FORMAT_PARAMETER)
    content = operation["responses"]["200"]["content"]
    for media_type in exports.FORMATS.values():
        content.setdefault(media_type, {"schema": {"type": "string"}})


def _make_schemas(model: type[BaseModel], prefix: str = "") -> dict[str, Any]:
    """Return the schemas of a model and of the models it refers to, by name."""
    schema = model.model_json_schema(ref_template=f"#/components/schemas/{prefix}{{model}}")
    parts = schema.pop("$defs", {})
    return {f"{prefix}{name}": part for name, part in {**parts, model.__name__: schema}.items()}


def _documented_name(name: str) -> str:
    return _CLASS.sub(lambda match: _NAMES[match[0]], name)


def _rename_schemas(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas by their names in the document, and give them these as titles.

    Titles are what generators of clients call their classes, so no two are the same.
    """
    renamed = {_documented_name(name): schema for name, schema in schemas.items()}
    for name, schema in renamed.items():
        is_generic = "[" in schema["title"]  # "Page[Branch]" reads better than "Page_Branch_"
        schema["title"] = _documented_name(schema["title"]) if is_generic else name
    return renamed


def _rename_references(node: object) -> None:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            node["$ref"] = _documented_name(reference)
        for part in node.values():
            _rename_references(part)
    elif isinstance(node, list):
        for part in node:
            _rename_references(part)


def _simplify_pairs(node: object) -> None:
    """Describe a pair of equal items as a list of two: not every reader knows `prefixItems`."""
    if isinstance(node, dict):
        if "prefixItems" in node:
            node["items"] = node.pop("prefixItems")[0]
        for part in node.values():
            _simplify_pairs(part)
    elif isinstance(node, list):
        for part in node:
            _simplify_pairs(part)
