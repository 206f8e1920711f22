from __future__ import annotations

import pytest

from archguard.errors import ConfigurationError
from archguard.forge.comment_place import NoPlaceError, find_place
from archguard.forge.project import ForgeKind
from tests.forge.fake_forge import TOKEN
from tests.forge.test_project import GITHUB, GITLAB


def test_a_job_of_github_names_everything() -> None:
    place = find_place({**GITHUB, "GITHUB_TOKEN": TOKEN})

    assert (place.api_url, place.repository, place.number) == (
        "https://api.github.com",
        "shop/shop",
        "17",
    )
    assert place.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_job_of_gitlab_names_everything() -> None:
    place = find_place({**GITLAB, "GITLAB_TOKEN": TOKEN})

    assert place.comments_path == "/projects/3/merge_requests/17/notes"
    assert place.headers == {"PRIVATE-TOKEN": TOKEN}


def test_options_win_over_the_job() -> None:
    place = find_place(
        {**GITHUB, "GITLAB_TOKEN": TOKEN}, forge="gitlab", repository="group/sub/shop", number=3
    )

    assert (place.kind, place.api_url) == (ForgeKind.GITLAB, "https://gitlab.com/api/v4")
    assert place.comments_path == "/projects/group%2Fsub%2Fshop/merge_requests/3/notes"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "--forge"),
        (GITHUB, "no token in GITHUB_TOKEN"),
        ({**GITHUB, "GITHUB_REF": "refs/heads/main", "GITHUB_TOKEN": TOKEN}, "no pull request"),
        (GITLAB, "no token in GITLAB_TOKEN"),
        ({**GITLAB, "CI_JOB_TOKEN": TOKEN}, "CI_JOB_TOKEN may not write comments"),
    ],
)
def test_what_is_missing_is_said(environment: dict[str, str], said: str) -> None:
    with pytest.raises(NoPlaceError, match=said):
        find_place(environment)


@pytest.mark.parametrize(
    ("api_url", "repository"),
    [
        ("http://forge.example/api", None),
        ("https://user:secret@forge.example", None),
        ("ftp://forge.example", None),
        ("https://forge.example:secret", None),
        ("https://forge.example:99999", None),
        (None, "shop"),
        (None, "shop/.."),
        (None, "shop/shop/x"),
    ],
)
def test_an_invalid_option_is_refused_without_a_secret_in_the_message(
    api_url: str | None, repository: str | None
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_place({**GITHUB, "GITHUB_TOKEN": TOKEN}, api_url=api_url, repository=repository)

    assert "secret" not in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "line\nend", "x" * 5000])
def test_what_is_no_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_place({**GITHUB, "GITHUB_TOKEN": token})

    assert token not in str(caught.value)
