"""`archguard upload` from a job of GitHub Actions to a real service, without any token that is kept."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.api.databases import create_sqlite
from tests.api.issuers import REPOSITORY_ID, run_issuer
from tests.battery.service import Service
from tests.cli.commands.upload_run import SAMPLE
from tests.sources.trees import commit_all, git
from tests.upload.environments import make_environment
from tests.upload.in_process import run_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.issuers import Issuer

JSON = {"content-type": "application/json"}


def _make_job(service: Service, issuer: Issuer, **claims: object) -> dict[str, str]:
    """The environment of a job whose ID token has these claims."""
    address = f"http://127.0.0.1:{service.port}"
    issuer.documents[f"/token?audience={quote(address, safe='')}"] = {
        "value": issuer.sign(aud=address, **claims)
    }
    return make_environment(
        ARCHGUARD_SERVER=address,
        ARCHGUARD_PROJECT="shop",
        ACTIONS_ID_TOKEN_REQUEST_URL=f"{issuer.address}/token",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="of the job",
    )


def test_a_job_uploads_its_commit_and_no_other_without_a_token(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    shutil.copytree(SAMPLE, root)
    commit_all(root)
    with run_issuer() as issuer:
        service = Service(create_sqlite(tmp_path / "service.db"), tmp_path / "log")
        address = f"http://127.0.0.1:{service.port}"
        service.environment = {
            "ARCHGUARD_PUBLIC_URL": address,
            "ARCHGUARD_OIDC_ISSUERS": issuer.address,
        }
        admin = service.token("admin")
        service.start()
        try:
            env = make_environment(
                ARCHGUARD_SERVER=address, ARCHGUARD_PROJECT="shop", ARCHGUARD_TOKEN=admin
            )
            assert run_command("upload", "--root", root, env=env).returncode == 0
            publisher = {"provider": "github", "repository": "acme/shop", "issuer": issuer.address}
            added = service.request(
                "POST",
                "/api/v1/projects/shop/trusted-publishers",
                body=json.dumps({**publisher, "repository_id": REPOSITORY_ID}).encode(),
                token=admin,
                headers=JSON,
            )
            assert added.status == 201, added.body
            (root / "shop" / "added.py").write_text("")
            commit_all(root)
            head = git(root, "rev-parse", "HEAD")

            other = _make_job(service, issuer, sha="0" * 40)
            refused = run_command("upload", "--root", root, env=other)
            uploaded = run_command("upload", "--root", root, env=_make_job(service, issuer, sha=head))
            replayed = run_command("upload", "--root", root, env=other)
        finally:
            service.stop()

    assert refused.returncode == 3
    assert "A workflow uploads only the branch and commit" in refused.stderr
    assert (uploaded.returncode, uploaded.stderr) == (
        0,
        f"archguard: uploaded {head[:10]} on main.\n",
    )
    assert replayed.returncode == 3
