"""The dashboard's types are the API's: each line of them is what the OpenAPI document says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.app import create_app
from archguard_api.settings import Settings
from archguard_api.store import Store, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE = Path(__file__).parents[2] / "api" / "dashboard" / "src" / "api"
_INTERFACE = re.compile(r"^export interface (\w+)(?:<Item>)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^  readonly (\w+): (.*);$")
_ENDPOINT = re.compile(r"endpoint<([^(]+)>\(\[(.*?)\]", re.DOTALL)
_PAGE = re.compile(r"(Page|Counted)_(?:Union_)?(\w+?)_+$")
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
Schema = dict[str, Any]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    url = f"sqlite:///{tmp_path_factory.mktemp('types')}/service.db"
    upgrade_schema(url)
    store = Store(url)
    document: Schema = create_app(Settings(database=url), store).openapi()
    store.close()
    return document


def _interfaces() -> dict[str, dict[str, str]]:
    return {
        name: dict(_field(line) for line in body.splitlines() if not line.lstrip().startswith("//"))
        for name, body in _INTERFACE.findall((SOURCE / "types.ts").read_text())
    }


def _field(line: str) -> tuple[str, str]:
    field = _FIELD.match(line)
    assert field, f"no field: {line}"
    return field[1], field[2]


def _typescript(schema: Schema, schemas: Schema) -> str:
    """A schema as the dashboard writes it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _union(schemas[name]["enum"]) if "enum" in schemas[name] else str(name)
    if "enum" in schema or "const" in schema:
        return _union(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(_typescript(one, schemas) for one in schema["anyOf"])
    if schema["type"] == "array":
        item = _typescript(schema["items"], schemas)
        return f"readonly ({item})[]" if " | " in item else f"readonly {item}[]"
    if schema["type"] == "object":
        return f"Readonly<Record<string, {_typescript(schema['additionalProperties'], schemas)}>>"
    return _PLAIN.get(schema["type"], str(schema["type"]))


def _union(values: Iterable[str]) -> str:
    return " | ".join(f'"{value}"' for value in values)


INTERFACES = _interfaces()
PAGES = {"Page": {"next": "string | null"}, "Counted": {"next": "string | null", "total": "number"}}


@pytest.mark.parametrize("name", sorted(INTERFACES.keys() - PAGES.keys()))
def test_an_interface_says_what_the_document_says(name: str, document: Schema) -> None:
    schemas = document["components"]["schemas"]
    properties = schemas[name]["properties"]

    expected = {
        field: _typescript(properties[field], schemas) if field in properties else "not in the answer"
        for field in INTERFACES[name]
    }

    assert INTERFACES[name] == expected


@pytest.mark.parametrize(("name", "fields"), PAGES.items())
def test_a_page_is_what_every_page_is(name: str, fields: Schema, document: Schema) -> None:
    schemas = document["components"]["schemas"]
    pages = [schema for title, schema in schemas.items() if title.startswith(f"{name}_")]

    assert pages
    assert INTERFACES[name] == {"items": "readonly Item[]", **fields}
    for page in pages:
        assert page["properties"].keys() == INTERFACES[name].keys()
        assert page["properties"]["items"]["type"] == "array"
        assert {field: _typescript(page["properties"][field], schemas) for field in fields} == fields


def _endpoints() -> list[tuple[str, str]]:
    """(type of the answer, path) of each endpoint."""
    return [
        (answer, "/".join(["/api/v1", *(part.strip() for part in parts.split(",") if part.strip())]))
        for answer, parts in _ENDPOINT.findall((SOURCE / "endpoints.ts").read_text())
    ]


def _answered(document: Schema, path: str) -> set[str]:
    """What the route at a path answers a GET with; a quoted part is itself, another any parameter."""
    pattern = "/".join(
        part.strip('"') if part.startswith('"') or index < 3 else r"\{\w+\}"
        for index, part in enumerate(path.split("/"))
    )
    (route,) = [known for known in document["paths"] if re.fullmatch(pattern, known)]
    content = document["paths"][route]["get"]["responses"]["200"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    page = _PAGE.fullmatch(name)
    return {f"{page[1]}<{one}>" for one in page[2].split("__")} if page else {name}


@pytest.mark.parametrize(("answer", "path"), _endpoints())
def test_an_endpoint_s_answer_is_the_route_s(answer: str, path: str, document: Schema) -> None:
    assert answer in _answered(document, path)
