"""The OpenAPI document: FastAPI's, with the bodies that are read by hand and the errors as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from archguard.snapshot import Upload
from archguard_api.http import openapi_example
from archguard_api.http.problem_json import Problem
from archguard_api.models import TokenRequest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

SENT = "Sent"
"""Before the name of each part of an upload: answers have a `Snapshot`, too, and it is another."""
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
    "TipContract": "ContractNow",
    "TrendPoint": "Point",
    "TrendSummary": "Summary",
    "ViolationCount": "Value",
    "ViolationGroup": "Group",
    "ViolationGroups": "Groups",
}
"""Classes whose schemas keep an older name: clients are generated from the document."""
_CLASS = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_NAMES)})(?![A-Za-z0-9])")
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        components = document["components"]
        schemas = _keep_names(document, components["schemas"])
        components["schemas"] = schemas
        schemas.update({**_of(Upload, SENT), **_of(Problem, ""), **_of(TokenRequest, "")})
        schemas[f"{SENT}Upload"]["examples"] = [openapi_example.UPLOAD]
        for unused in _UNUSED:
            schemas.pop(unused, None)
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        _plain_pairs(schemas)
        app.openapi_schema = document
    return app.openapi_schema


def _of(model: type[BaseModel], prefix: str) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=f"#/components/schemas/{prefix}{{model}}")
    parts = schema.pop("$defs", {})
    return {f"{prefix}{name}": part for name, part in {**parts, model.__name__: schema}.items()}


def _old_name(name: str) -> str:
    return _CLASS.sub(lambda match: _NAMES[match[0]], name)


def _keep_names(document: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas by their names in the document; change the references to them in place."""
    _rename_references(document)
    for schema in schemas.values():
        schema["title"] = _old_name(schema["title"])
    return {_old_name(name): schema for name, schema in sorted(schemas.items(), key=_by_old_name)}


def _by_old_name(item: tuple[str, Any]) -> str:
    return _old_name(item[0])


def _rename_references(node: object) -> None:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            node["$ref"] = _old_name(reference)
        for part in node.values():
            _rename_references(part)
    elif isinstance(node, list):
        for part in node:
            _rename_references(part)


def _plain_pairs(node: object) -> None:
    """A pair of equal items as a list of two: not every reader of the document knows `prefixItems`."""
    if isinstance(node, dict):
        if "prefixItems" in node:
            node["items"] = node.pop("prefixItems")[0]
        for part in node.values():
            _plain_pairs(part)
    elif isinstance(node, list):
        for part in node:
            _plain_pairs(part)
