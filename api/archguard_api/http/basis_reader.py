"""Reads what responses rest on, once for each stamp of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from archguard.lru_cache import LruCache
from archguard_api.errors import ServiceError
from archguard_api.services.sessions import hash_cookie
from archguard_api.services.tokens import parse_token

if TYPE_CHECKING:
    from archguard_api.http.credentials import Credentials
    from archguard_api.store import Store
    from archguard_api.store.data_version import DataVersion
    from archguard_api.store.response_basis import ResponseBasis

_CACHED_BASES = 10_000


class BasisReader:
    """Reads them for one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bases: LruCache[
            tuple[str, str | None, bytes | None], tuple[DataVersion, ResponseBasis]
        ] = LruCache(_CACHED_BASES)

    async def read(
        self, stamp: DataVersion | None, project: str, credentials: Credentials
    ) -> ResponseBasis | None:
        """Return what a response rests on; None if the database fails.

        Args:
            stamp: the database's, read since the request came.
            project: the project's name.
            credentials: the request's.
        """
        if stamp is None:
            return None
        token_id, cookie_hash = _find_holder(credentials)
        key = (project, token_id, cookie_hash)
        last = self._bases.get(key)
        if last is not None and last[0] == stamp:
            return last[1]
        try:
            basis = await run_in_threadpool(
                self._store.get_response_basis, project, token_id, cookie_hash
            )
        except ServiceError:
            return None
        self._bases.put(key, (stamp, basis))
        return basis


def _find_holder(credentials: Credentials) -> tuple[str | None, bytes | None]:
    """Return the id of the token that is shown, or the digest of the cookie."""
    if credentials.cookie is not None:
        return None, hash_cookie(credentials.cookie)
    claim = parse_token((credentials.authorization or "").partition(" ")[2].strip())
    return (None if claim is None else claim.id), None
