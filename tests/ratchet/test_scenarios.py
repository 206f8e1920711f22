"""What a pull request meets: real repositories, real branches, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.console_script import archguard
from tests.ratchet.repository import CONTRACT, IMPORT, SESSION, SHOP, Repository
from tests.sources.trees import git
from tests.upload.environments import make_environment

if TYPE_CHECKING:
    from pathlib import Path

OLD = [("shop.invoice", "shop.legacy"), ("shop.order", "shop.legacy")]


def test_without_a_base_every_violation_is_open_and_fails(repository: Repository) -> None:
    done = archguard("check", "--root", repository.folder, "--format", "json")
    assert done.returncode == 1
    assert '"new": null' in done.stdout
    assert '"status": "open"' in done.stdout


def test_a_change_without_violations_passes_though_main_has_some(repository: Repository) -> None:
    repository.commit({"shop/page.py": "X = 1\n"})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert outcome.list_edges("existing") == OLD
    assert outcome.report["contracts"][0]["kept"] is False
    assert outcome.report["contracts"][0]["passed"] is True


def test_adding_one_fails(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])


def test_fixing_one_passes_and_names_it(repository: Repository) -> None:
    repository.commit({"shop/order.py": ""})
    outcome = repository.check()
    assert (outcome.code, outcome.fixed) == (0, [("shop.order", "shop.legacy")])


def test_swapping_one_for_another_fails(repository: Repository) -> None:
    repository.commit({"shop/order.py": "", "shop/page.py": IMPORT})
    outcome = repository.check()
    assert outcome.code == 1
    assert outcome.new == [("shop.page", "shop.legacy")]
    assert outcome.fixed == [("shop.order", "shop.legacy")]


def test_moving_lines_is_no_change(repository: Repository) -> None:
    repository.commit({"shop/order.py": "\n" * 50 + "def f():\n    " + IMPORT})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])


def test_uncommitted_work_is_judged_too(repository: Repository) -> None:
    (repository.folder / "shop/page.py").write_text(IMPORT)
    assert repository.check().new == [("shop.page", "shop.legacy")]


def test_a_renamed_importer_keeps_its_violations(repository: Repository) -> None:
    repository.git("mv", "shop/order.py", "shop/orders.py")
    repository.commit({})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])


def test_a_renamed_package_of_importers_keeps_its_violations(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path / "shop",
        SHOP
        | {"shop/web/__init__.py": "", "shop/web/a.py": IMPORT, "shop/web/b.py": IMPORT + "A = 1\n"},
    )
    repository.git("mv", "shop/web", "shop/site")
    repository.commit({"shop/site/c.py": IMPORT})
    outcome = repository.check()
    assert (outcome.new, outcome.fixed) == ([("shop.site.c", "shop.legacy")], [])


def test_a_renamed_deprecated_module_keeps_its_violations_if_the_contract_follows(
    repository: Repository,
) -> None:
    repository.git("mv", "shop/legacy.py", "shop/ancient.py")
    repository.commit(
        {
            "pyproject.toml": (SESSION + CONTRACT).replace("shop.legacy", "shop.ancient"),
            "shop/order.py": IMPORT.replace("legacy", "ancient"),
            "shop/invoice.py": "import shop.ancient\n",
        }
    )
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])


def test_a_renamed_deprecated_module_is_weakened_if_the_contract_stays(repository: Repository) -> None:
    repository.git("mv", "shop/legacy.py", "shop/ancient.py")
    repository.commit(
        {
            "shop/order.py": IMPORT.replace("legacy", "ancient"),
            "shop/invoice.py": "import shop.ancient\n",
        }
    )
    outcome = repository.check()
    assert outcome.fixed == []
    assert [importer for importer, _ in outcome.weakened] == ["shop.invoice", "shop.order"]
    assert {how for _, how in outcome.weakened} == {"module-renamed"}
    assert repository.check("--forbid-weakening").code == 1


def test_deleting_the_deprecated_module_fixes_nothing(repository: Repository) -> None:
    repository.commit({"shop/legacy.py": None})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])


def test_two_changes_that_each_fix_one_pass_in_turn(repository: Repository) -> None:
    repository.commit({"shop/order.py": ""})
    assert repository.check().code == 0
    repository.git("checkout", "--quiet", "-b", "other", "main")
    repository.commit({"shop/invoice.py": ""})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "change")
    repository.git("checkout", "--quiet", "other")
    outcome = repository.check()
    assert (outcome.code, outcome.fixed) == (0, [("shop.invoice", "shop.legacy")])


def test_what_was_red_on_main_already_reddens_nobody_else(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/page.py": IMPORT})
    repository.git("checkout", "--quiet", "-b", "later")
    repository.commit({"README.md": "x"})
    assert repository.check().code == 0


def test_a_change_behind_main_is_judged_where_it_left_it(repository: Repository) -> None:
    repository.commit({"README.md": "x"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/order.py": ""})  # fixed on main meanwhile
    repository.git("checkout", "--quiet", "change")
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])


def test_fixed_on_main_and_brought_back_is_new(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/order.py": ""})
    repository.git("checkout", "--quiet", "-b", "later")
    repository.commit({"shop/order.py": IMPORT})
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [("shop.order", "shop.legacy")])


def test_a_merge_of_main_brings_nothing_new(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/page.py": IMPORT})
    repository.git("checkout", "--quiet", "change")
    repository.commit({"README.md": "x"})
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    assert repository.check().code == 0


def test_a_squash_and_a_rebase_are_judged_as_the_change_itself(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"README.md": "x"})
    repository.git("checkout", "--quiet", "-b", "squashed", "main")
    repository.git("merge", "--quiet", "--squash", "change")
    repository.commit({})
    assert repository.check().new == [("shop.page", "shop.legacy")]
    repository.git("checkout", "--quiet", "change")
    repository.git("rebase", "--quiet", "main")
    assert repository.check().new == [("shop.page", "shop.legacy")]


def test_an_added_exception_never_turns_its_own_change_green(repository: Repository) -> None:
    repository.commit(
        {
            "shop/page.py": IMPORT,
            "pyproject.toml": SESSION + CONTRACT + 'allowed_importers = ["shop.page -> shop.legacy"]\n',
        }
    )
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (1, [("shop.page", "shop.legacy")])
    assert outcome.weakened == [("shop.page", "exception-added")]
    assert repository.check("--accept-exceptions").code == 0
    assert repository.check("--accept-exceptions", "--forbid-weakening").code == 1


def test_an_invalid_exception_at_the_base_hides_nothing(tmp_path: Path) -> None:
    broken = SESSION + CONTRACT + 'allowed_importers = ["shop.order"]\n'
    repository = Repository(tmp_path / "shop", SHOP | {"pyproject.toml": broken})
    repository.commit({"pyproject.toml": SESSION + CONTRACT, "shop/page.py": IMPORT})
    outcome = repository.check()
    assert outcome.code == 1
    assert ("shop.page", "shop.legacy") in outcome.new
    assert any("cannot be judged" in notice for notice in outcome.report["notices"])


def test_an_exception_for_a_known_violation_is_listed_and_passes(repository: Repository) -> None:
    exception = 'allowed_importers = ["shop.order -> shop.legacy"]\n'
    repository.commit({"pyproject.toml": SESSION + CONTRACT + exception})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed) == (0, [], [])
    assert outcome.weakened == [("shop.order", "exception-added")]
    assert repository.check("--forbid-weakening").code == 1


@pytest.mark.parametrize(
    ("configuration", "how"),
    [
        (SESSION + CONTRACT.replace("shop.legacy", "shop.page"), "module-dropped"),
        (SESSION + CONTRACT.replace("one-cart", "another"), "contract-removed"),
        (SESSION + CONTRACT + '[tool.archguard]\nexclude = ["shop/order.py"]\n', "excluded"),
        (
            (SESSION + CONTRACT).replace('"shop"', '"shop", "tools"').replace("shop.legacy", "tools.x"),
            "module-dropped",
        ),
    ],
)
def test_a_weakened_contract_is_listed_with_how(
    repository: Repository, configuration: str, how: str
) -> None:
    repository.commit({"pyproject.toml": configuration, "tools/x.py": ""})
    outcome = repository.check()
    assert outcome.code == 0
    assert ("shop.order", how) in outcome.weakened
    assert outcome.fixed == []
    assert repository.check("--forbid-weakening").code == 1


def test_a_root_that_is_left_out_is_weakened(tmp_path: Path) -> None:
    roots = SESSION.replace('"shop"', '"shop", "tests"')
    repository = Repository(
        tmp_path / "shop", SHOP | {"pyproject.toml": roots + CONTRACT, "tests/test_a.py": IMPORT}
    )
    repository.commit({"pyproject.toml": SESSION + CONTRACT})
    outcome = repository.check()
    assert outcome.weakened == [("tests.test_a", "root-removed")]


def test_lowered_enforcement_is_weakened_and_the_stricter_one_judges(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path / "shop", SHOP | {"pyproject.toml": SESSION + CONTRACT + 'enforce = "ratchet"\n'}
    )
    repository.commit(
        {"pyproject.toml": SESSION + CONTRACT + 'enforce = "report"\n', "shop/page.py": IMPORT}
    )
    outcome = repository.check()
    assert outcome.code == 1
    assert outcome.weakened == [(None, "enforcement-lowered")]


@pytest.mark.parametrize(("enforce", "code"), [("strict", 1), ("ratchet", 0), ("report", 0)])
def test_enforce_decides_what_known_violations_do(tmp_path: Path, enforce: str, code: int) -> None:
    configuration = SESSION + CONTRACT + f'enforce = "{enforce}"\n'
    repository = Repository(tmp_path / "shop", SHOP | {"pyproject.toml": configuration})
    assert repository.check().code == code


def test_a_mistyped_enforce_is_named(tmp_path: Path) -> None:
    configuration = SESSION + CONTRACT + 'enforce = "rachet"\n'
    repository = Repository(tmp_path / "shop", SHOP | {"pyproject.toml": configuration})
    outcome = repository.check()
    assert outcome.code == 2
    assert "unknown value 'rachet'; did you mean 'ratchet'?" in outcome.error


def test_an_enforced_deadline_that_has_passed_is_strict(tmp_path: Path) -> None:
    configuration = SESSION + CONTRACT + "deadline = 2026-06-30\nenforce_deadline = true\n"
    repository = Repository(tmp_path / "shop", SHOP | {"pyproject.toml": configuration})
    assert repository.check("--today", "2026-06-30").code == 0
    assert repository.check("--today", "2026-07-01").code == 1


def test_a_contract_that_is_added_has_no_new_violations(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", {**SHOP, "pyproject.toml": "[project]\nname = 'shop'\n"})
    repository.commit({"pyproject.toml": SESSION + CONTRACT})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.weakened) == (0, [], [])
    assert outcome.list_edges("existing") == OLD


def test_a_base_whose_importer_does_not_parse_knows_its_violation_by_its_text(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {"shop/order.py": IMPORT + "def f(:\n"})
    repository.commit({"shop/order.py": IMPORT, "shop/page.py": ""})
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (0, [])


def test_a_file_that_stops_parsing_fails(repository: Repository) -> None:
    repository.commit({"shop/order.py": IMPORT + "def f(:\n"})
    outcome = repository.check()
    assert outcome.code == 1
    assert outcome.report["newly_unread"] == ["shop/order.py"]
    assert outcome.fixed == []


FAMILY = """\
[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "canonical"
canonical = ["shop:Cart"]
matches = ["*Cart"]
"""


def test_an_unread_file_neither_fixes_nor_adds_a_class_that_it_could_explain(tmp_path: Path) -> None:
    old = "from shop.role import Role\nclass OldCart(Role): ...\n"
    files = {
        "pyproject.toml": SESSION + FAMILY,
        "shop/__init__.py": "from shop.cart import Cart\n",
        "shop/cart.py": "class Cart: ...\n",
        "shop/role.py": "from abc import ABC\nclass Role(ABC): ...\n",
        "shop/old.py": old,
    }
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/role.py": "from abc import ABC\nclass Role(ABC: ...\n"})
    outcome = repository.check()
    assert (outcome.new, outcome.fixed) == ([], [])
    assert outcome.report["violations"] == []
    assert outcome.report["contracts"][0]["lower_bound"]

    repository.git("checkout", "--quiet", "-b", "mended")
    repository.commit({"shop/role.py": files["shop/role.py"]})
    outcome = repository.check(base="HEAD~1")
    assert (outcome.code, outcome.new) == (0, [])
    assert outcome.list_edges("existing") == [("shop.old", "shop.old:OldCart")]


def test_an_unread_package_fixes_no_import_that_it_could_explain(tmp_path: Path) -> None:
    files = SHOP | {"shop/order.py": "from shop import legacy\n", "shop/invoice.py": ""}
    del files["shop/legacy.py"]
    repository = Repository(tmp_path / "shop", files)
    repository.commit({"shop/__init__.py": "def f(:\n"})
    outcome = repository.check()
    assert (outcome.new, outcome.fixed) == ([], [])


def test_branches_without_a_common_ancestor_have_no_verdict(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "lonely")
    repository.commit({"README.md": "alone"})
    outcome = repository.check()
    assert outcome.code == 2
    assert "no common ancestor" in outcome.error


def test_an_unknown_base_is_named(repository: Repository) -> None:
    outcome = repository.check(base="mian")
    assert outcome.code == 2
    assert "--base mian: no such commit" in outcome.error


def test_a_shallow_clone_says_what_to_fetch(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"shop/page.py": IMPORT})
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository.folder}", "clone")
    shallow = tmp_path / "clone"
    outcome = archguard("check", "--root", shallow, "--base", "origin/main")
    assert outcome.returncode == 2
    assert "git fetch --unshallow" in outcome.stderr


def test_a_merge_base_at_the_edge_of_a_shallow_clone_is_refused(
    repository: Repository, tmp_path: Path
) -> None:
    for number in range(3):
        repository.commit({"README.md": f"{number}"})
    repository.git("checkout", "--quiet", "main")
    for number in range(3):
        repository.commit({"NEWS.md": f"{number}"})
    url = f"file://{repository.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "2", "--no-single-branch", url, "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "--quiet", "change")
    assert archguard("check", "--root", clone, "--base", "origin/main").returncode == 2
    git(clone, "fetch", "--quiet", "--unshallow")
    assert archguard("check", "--root", clone, "--base", "origin/main").returncode == 0


def test_an_ancestor_that_a_shallow_clone_has_is_a_base(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit({"README.md": "x"})
    repository.commit({"shop/page.py": IMPORT})
    url = f"file://{repository.folder}"
    git(tmp_path, "clone", "--quiet", "--depth", "2", "--branch", "change", url, "clone")
    done = archguard("check", "--root", tmp_path / "clone", "--base", first)
    assert done.returncode == 1


def test_auto_is_the_remotes_default_branch_even_if_the_local_one_is_behind(
    repository: Repository, tmp_path: Path
) -> None:
    url = f"file://{repository.folder}"
    repository.git("checkout", "--quiet", "main")
    git(tmp_path, "clone", "--quiet", url, "clone")
    repository.commit({"shop/page.py": IMPORT})
    clone = tmp_path / "clone"
    git(clone, "fetch", "--quiet")
    git(clone, "checkout", "--quiet", "-b", "later", "origin/main")
    done = archguard("check", "--root", clone, "--base", "auto")
    assert done.returncode == 0
    assert "since origin/main" in done.stdout


@pytest.mark.parametrize(("named", "code"), [({"CI_DEFAULT_BRANCH": "change"}, 0), ({}, 1)])
def test_auto_takes_a_push_to_the_default_branch_that_ci_names_for_one(
    named: dict[str, str], code: int, repository: Repository, tmp_path: Path
) -> None:
    before = repository.commit({"shop/page.py": IMPORT})
    repository.commit({"README.md": "x"})
    git(tmp_path, "clone", "--quiet", repository.folder.as_uri(), "clone")
    git(tmp_path / "clone", "remote", "set-head", "origin", "main")
    push = {"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "change", "CI_COMMIT_BEFORE_SHA": before}

    environment = make_environment(**push, **named)
    done = archguard("check", "--root", tmp_path / "clone", "--base", "auto", env=environment)

    assert done.returncode == code, done.stdout


def test_a_root_in_a_sub_folder_is_compared_with_itself(tmp_path: Path) -> None:
    inner = {f"projects/shop/{path}": text for path, text in SHOP.items()}
    repository = Repository(tmp_path / "repo", inner)
    repository.commit({"projects/shop/shop/page.py": IMPORT})
    done = archguard("check", "--root", repository.folder / "projects/shop", "--base", "main")
    assert done.returncode == 1
    assert "1 new violation since main" in done.stdout


def test_an_exclude_that_moves_with_its_folder_changes_nothing(tmp_path: Path) -> None:
    exclude = '[tool.archguard]\nexclude = ["shop/gen/old"]\n'
    files = {
        "shop/gen/__init__.py": "",
        "shop/gen/old/__init__.py": "A = 1\n",
        "shop/gen/old/x.py": IMPORT,
    }
    repository = Repository(
        tmp_path / "shop", SHOP | files | {"pyproject.toml": SESSION + CONTRACT + exclude}
    )
    repository.git("mv", "shop/gen/old", "shop/gen/new")
    repository.commit({"pyproject.toml": SESSION + CONTRACT + exclude.replace("old", "new")})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])


def test_a_contract_that_moves_to_another_file_is_the_same(repository: Repository) -> None:
    ini = (
        "[importlinter]\nroot_package = shop\n[importlinter:contract:one-cart]\nname = One cart\n"
        "type = deprecated\ndeprecated_modules = shop.legacy\n"
    )
    repository.commit({"pyproject.toml": None, ".importlinter": ini})
    outcome = repository.check()
    assert (outcome.code, outcome.new, outcome.fixed, outcome.weakened) == (0, [], [], [])


def test_a_commit_is_compared_as_a_working_tree_is(repository: Repository) -> None:
    repository.commit({"shop/page.py": IMPORT})
    assert repository.check("--rev", "change").new == [("shop.page", "shop.legacy")]
    assert repository.check("--rev", "change", base="change").code == 0


def test_a_file_that_became_two_equal_ones_is_two_new_ones(repository: Repository) -> None:
    text = IMPORT + "X = 1\n" * 20
    repository.git("checkout", "--quiet", "main")
    repository.commit({"shop/order.py": text})
    repository.git("checkout", "--quiet", "-b", "later")
    repository.commit({"shop/order.py": None, "shop/one.py": text, "shop/two.py": text})
    outcome = repository.check()
    assert outcome.new == [("shop.one", "shop.legacy"), ("shop.two", "shop.legacy")]
    assert outcome.fixed == [("shop.order", "shop.legacy")]


def test_a_file_that_only_the_working_tree_has_built_brings_nothing_new(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "shop", SHOP | {".gitignore": "_built.py\n"})
    (repository.folder / "shop/_built.py").write_text(IMPORT)
    outcome = repository.check()
    assert (outcome.code, outcome.new) == (0, [])
    assert ("shop._built", "shop.legacy") in outcome.list_edges("existing")
    assert "git ignores" in outcome.report["notices"][0]
    (repository.folder / ".gitignore").write_text("")  # as if it were written by hand
    assert repository.check().new == [("shop._built", "shop.legacy")]
