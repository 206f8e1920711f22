"""The OpenAPI document: FastAPI's, with the bodies that are read by hand and the errors as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from archguard.snapshot import Upload
from archguard_api.http import openapi_example
from archguard_api.http.problem_json import Problem
from archguard_api.routes.tokens import TokenRequest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

SENT = "Sent"
"""Before the name of each part of an upload: answers have a `Snapshot`, too, and it is another."""
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
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
