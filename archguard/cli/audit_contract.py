"""The contract that `archguard audit --write-contract` writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from archguard.cli.contract_project import open_project, write_contract
from archguard.consolidation.proposed_contract import propose_contract
from archguard.errors import ConfigurationError
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.consolidation.audit_report import AuditReport


def write_proposal(
    report: AuditReport, family: str | None, root: str | None, config: str | None
) -> None:
    """Write what an audit proposes as a contract, and say where on standard error.

    Args:
        report: the audit.
        family: the name of the family that it is about; None: see `propose_contract`.
        root: the project's folder; None: that of the configuration.
        config: the file to write into; None: the one that `archguard init` would take.

    Raises:
        ConfigurationError: there is nothing to write, the file has a contract of this id, or `check`
            would refuse it.
    """
    contract = propose_contract(report, family)
    folder = root or (os.path.dirname(config) if config else "") or os.curdir
    project = open_project(folder, (), config, trust_contract_types=False)
    if project.existing is not None and contract.id in {one.id for one in project.existing.contracts}:
        raise ConfigurationError(
            f"{project.file}: it has a contract '{contract.id}' already; remove it, or change its id."
        )
    written = write_contract(project, contract)
    violations = format_count(written.violations, "violation")
    click.echo(escape(f"Wrote {project.file}: contract '{contract.id}', {violations} today."), err=True)
    click.echo(f"Now: {written.next_command}", err=True)
