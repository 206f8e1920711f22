"""`archguard schema`: print the JSON Schema of what archguard writes."""

from __future__ import annotations

import click

from archguard.cli.options.choice import require_choice
from archguard.cli.output import write_report

DOCUMENTS = ("report",)


@click.command(
    epilog="""\b
Example:
  archguard schema report --output archguard-report.schema.json""",
)
@click.argument("document", metavar="DOCUMENT")
@click.option("--output", metavar="FILE", help="Where the schema goes. Default: standard output.")
def command(*, document: str, output: str | None) -> int:
    """Print a JSON Schema (draft 2020-12). DOCUMENT is `report`: what check --format json writes."""
    require_choice("DOCUMENT", document, DOCUMENTS)
    from archguard.reporters.json_schema import render_schema  # noqa: PLC0415 (not needed for --help)

    write_report(render_schema(), output)
    return 0
