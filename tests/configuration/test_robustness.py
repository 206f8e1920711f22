"""Whatever a configuration file says, it is read as import-linter reads it, or refused: no traceback."""

from __future__ import annotations

import datetime
import os
import tempfile
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from importlinter import api

from archguard.configuration import read_configuration
from archguard.contract_types.loaded_contract import load_contracts
from archguard.errors import ArchguardError
from tests.configuration.files import INI, TOML

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from archguard.contract_types.loaded_contract import LoadedContract

_EXAMPLES = int(os.environ.get("ARCHGUARD_EXAMPLES", "200"))
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=_EXAMPLES == 200,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
_CONTRACTS: dict[str, dict[str, Any]] = {
    "acyclic_siblings": {"ancestors": ["a"], "depth": 3, "skip_descendants": ["a.x"]},
    "deprecated": {
        "deprecated_modules": ["a.old", "a.*.legacy"],
        "allowed_importers": ["a.compat -> a.old"],
        "replacement": {"a.old": "a.new"},
        "owner": "@team",
        "deadline": datetime.date(2026, 12, 31),
        "enforce_deadline": True,
        "count_references": False,
    },
    "forbidden": {
        "source_modules": ["a.app"],
        "forbidden_modules": ["a.old"],
        "allow_indirect_imports": True,
        "as_packages": "false",
    },
    "independence": {"modules": ["a.one", "a.two"]},
    "layers": {
        "layers": ["high", "middle | other", "(low)"],
        "containers": ["a"],
        "exhaustive": True,
        "exhaustive_ignores": ["util"],
    },
    "protected": {"protected_modules": ["a.models"], "allowed_importers": ["a.store"]},
}
_COMMON = {
    "ignore_imports": ["a.x -> a.y"],
    "unmatched_ignore_imports_alerting": "warn",
    "broken_contract_guidance": "Ask us.\n\nWe know.",
}


def _document(*kinds: str) -> dict[str, Any]:
    contracts = [
        {"id": f"the-{kind}", "name": f"The {kind} one", "type": kind, **_CONTRACTS[kind], **_COMMON}
        for kind in kinds or _CONTRACTS
    ]
    session = {
        "root_packages": ["a", "b"],
        "include_external_packages": True,
        "contract_types": ["deprecated: archguard.contract_types.deprecated.DeprecatedContract"],
        "contracts": contracts,
    }
    return deepcopy({"tool": {"importlinter": session, "archguard": {"source_roots": ["src"]}}})


_KINDS = st.sampled_from(sorted(_CONTRACTS))
_SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.text(max_size=12),
    st.sampled_from(
        ("a -> b", "a.*", "**", "", " ", "*.**", "(", "()", "a | b : c", "->", "deprecated: x.Y")
    ),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


@_SETTINGS
@given(data=st.data())
def test_a_valid_document_with_any_value_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    document = _document(data.draw(_KINDS))
    for _ in range(data.draw(st.sampled_from((1, 1, 1, 2)))):
        place, key = data.draw(st.sampled_from(list(_places(document))))
        if data.draw(st.booleans()):
            place[key] = data.draw(
                st.one_of(_SCALARS, st.lists(st.text(max_size=6), max_size=2), _VALUES)
            )
        elif isinstance(place, dict):
            place[data.draw(st.text(max_size=8))] = place.pop(key)
    _read_or_refuse(_as_toml(document), ".toml")


@_SETTINGS
@given(
    text=st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))),
    name=st.sampled_from((TOML, INI)),
)
def test_arbitrary_text_is_read_or_refused(text: str, name: str) -> None:
    suffix = ".toml" if name is TOML else ".importlinter"
    _read_or_refuse(text, suffix)
    _read_or_refuse(name + text, suffix)


@_SETTINGS
@given(data=st.data())
def test_a_valid_file_with_pieces_cut_out_or_put_in_is_read_or_refused(data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from((".toml", ".importlinter")))
    document = _document(data.draw(_KINDS))
    text = _as_toml(document) if suffix == ".toml" else _as_ini(document)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 10)))
        piece = data.draw(st.text(alphabet="[]{}\"'=.,#\n\r\t %():;-><*|a1é\x00", max_size=6))
        text = text[:start] + piece + text[end:]
    _read_or_refuse(text, suffix)


@pytest.mark.parametrize("name", ["pyproject.toml", "importlinter.ini"])
def test_valid_files_are_read_as_import_linter_reads_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(_as_toml(_document()) if name.endswith(".toml") else _as_ini(_document()))

    theirs = api.read_configuration(str(path))
    ours = read_configuration(str(path))

    session = theirs["session_options"]
    types = session["contract_types"]
    session["contract_types"] = types if isinstance(types, list) else [types]
    assert ours.session_options == session
    # Their fields turn numbers and dates into text themselves, or crash.
    expected = [
        {k: str(v) if isinstance(v, (int, datetime.date)) else v for k, v in options.items()}
        for options in theirs["contracts_options"]
    ]
    assert [contract.options for contract in ours.contracts] == expected
    assert len(load_contracts(ours, trust_contract_types=False)) == len(_CONTRACTS)


def _read_or_refuse(text: str, suffix: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(text.encode(errors="surrogatepass"))
        file.flush()
        try:
            configuration = read_configuration(file.name)
            loaded = load_contracts(configuration, trust_contract_types=False)
        except ArchguardError as error:
            event("refused")
            length = len(str(error))
        else:
            event("read")
            _check(loaded)
            return
    assert 10 < length < 2000


def _check(loaded: Iterable[LoadedContract]) -> None:
    for contract in loaded:
        assert isinstance(contract.id, str)
        assert contract.id
        assert isinstance(contract.contract.name, str)
        assert isinstance(contract.option("owner"), str | None)
        assert isinstance(contract.option("deadline"), datetime.date | None)
        assert all(isinstance(one, str) for one in contract.deprecated_modules)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, inner in pairs:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _as_toml(document: Mapping[str, Any]) -> str:
    return "".join(f"{_string(key)} = {_toml(value)}\n" for key, value in document.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _string(value: str) -> str:
    escaped = (one if one.isprintable() and one not in '"\\' else f"\\U{ord(one):08x}" for one in value)
    return '"' + "".join(escaped) + '"'


def _as_ini(document: dict[str, Any]) -> str:
    session = dict(document["tool"]["importlinter"])
    contracts = session.pop("contracts")
    sections = [("importlinter", session)]
    sections += [(f"importlinter:contract:{one['id']}", one) for one in contracts]
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {_ini(value)}\n" for key, value in options.items())
        for name, options in sections
    )


def _ini(value: Any) -> str:
    if isinstance(value, dict):
        return _ini([f"{old} -> {new}" for old, new in value.items()])
    if isinstance(value, list):
        return "".join(f"\n    {one}" for one in value)
    return str(value).replace("\n", "\n    ")
