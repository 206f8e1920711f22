"""`archguard tests --plan`: the tests to write, as a list for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.protection.protecting_test import Gap, Selection


def render(selection: Selection, contracts: dict[str, str]) -> str:
    """Render a line for each canonical symbol that no test imports, and for each contract.

    Args:
        selection: the tests.
        contracts: the id of each contract with its name.
    """
    gaps = {gap.symbol for gap in selection.gaps}
    lines = [_describe(symbol, has_test=symbol.symbol not in gaps) for symbol in selection.untested]
    number = format_count(len(selection.tests), "test file")
    lines += [
        f"- [ ] contract `{escape(contract)}` ({escape(name)}): run `archguard check --contract "
        f"{escape(contract)}` in CI; {number} protect what it is about"
        for contract, name in contracts.items()
    ]
    return "".join(f"{line}\n" for line in lines)


def _describe(symbol: Gap, *, has_test: bool) -> str:
    reason = "tests run it through other code only" if has_test else "no test runs it"
    return f"- [ ] `{symbol.symbol}` ({escape(symbol.path)}:{symbol.line}): {reason}"
