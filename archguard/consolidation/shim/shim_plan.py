"""Plan to make a deprecated module one that only leads to what took its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.consolidation.module_plan import (
    ModulePlan,
    ModuleRefusal,
    judge_tree,
    list_deprecating,
    make_plan,
    refuse,
)
from archguard.consolidation.rewrite.parsed_file import ParsedFile, UnreadableError
from archguard.consolidation.rewrite.refusal import RefusalCode
from archguard.consolidation.rewrite.targets import TargetFinder
from archguard.consolidation.shim.declaration import DeclarationFinder
from archguard.consolidation.shim.module_names import ModuleNames, UnknownNamesError
from archguard.consolidation.shim.shim_text import MARK, write_shim
from archguard.definitions.importers import FromImports
from archguard.definitions.tree_definitions import TreeDefinitions
from archguard.errors import ConfigurationError
from archguard.graph.module_expressions import make_deprecation
from archguard.text import suggest

if TYPE_CHECKING:
    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult
    from archguard.consolidation.rewrite.text_edit import TextEdit
    from archguard.graph.discovery import Module


def plan_shim(request: CheckRequest, name: str) -> ModulePlan:
    """Return how a module becomes a shim, or which of its names lead nowhere.

    Raises:
        ConfigurationError: no contract deprecates the module, or the tree does not have it.
        ArchguardError: there is no verdict on the tree.
    """
    request, result = judge_tree(request)
    contracts = list_deprecating(result, name, "--shim")
    analysis = result.inputs.analysis
    module = analysis.modules.get(name)
    if module is None:
        hint = suggest(name, (), sorted(analysis.modules))
        raise ConfigurationError(f"--shim {name}: the tree has no such module{hint}")
    (content,) = request.source.read([module.path])
    if not isinstance(content, bytes):
        raise ConfigurationError(f"{module.path} {content.reason}: nothing was written.")
    try:
        file = ParsedFile(content)
    except UnreadableError as error:
        raise ConfigurationError(f"{module.path} cannot be rewritten: {error}.") from error
    if MARK.encode() in file.utf8:
        return refuse(result.report, [])._replace(notes=(f"{name} is a shim already.",))
    with TreeDefinitions(
        request.source, analysis, cache=request.cache, jobs=request.jobs
    ) as definitions:
        finders = [
            TargetFinder(
                contract.option("replacement") or {},
                make_deprecation(contract.deprecated_modules),
                definitions.resolver,
                analysis.importable_names.__contains__,
            )
            for contract in contracts
        ]
        names = ModuleNames(
            name,
            definitions.resolver,
            finders,
            FromImports(analysis.raw_imports),
            analysis.importable_names.__contains__,
        )
        declarations = DeclarationFinder(definitions.resolver, request.source)
        edit = _write(file, module, names, declarations)
    if isinstance(edit, list):
        return refuse(result.report, edit)
    planned = make_plan(request, result.report, name, edits={module.path: (edit,)})
    return planned._replace(notes=tuple(_list_notes(result, name)))


def _write(
    file: ParsedFile, module: Module, names: ModuleNames, declarations: DeclarationFinder
) -> TextEdit | list[ModuleRefusal]:
    """Return the edit, or what is in the way of it."""
    try:
        leading, refusals = names.find()
    except UnknownNamesError as error:
        return [ModuleRefusal(module.path, 1, RefusalCode.STAR_IMPORT, f"{error}")]
    if refusals:
        return [ModuleRefusal(module.path, one.line, one.code, one.detail) for one in refusals]
    declared = {one.name: declarations.find(one) for one in leading}
    return write_shim(file, module.name, leading, declared)


def _list_notes(result: CheckResult, name: str) -> list[str]:
    """Return a sentence for each string that names something in the module: a patch misses its home."""
    return [
        f"{one.path}:{one.line}: a string names {one.name}; patching it changes the shim alone."
        for one in sorted(result.inputs.analysis.references)
        if one.module and one.name.replace(":", ".").startswith(f"{name}.")
    ]
