from archguard_api.store import Store
from tests.api.snapshots import *

A, B, C = (("shop.a", "shop.old"), ("shop.b", "shop.old"), ("shop.c", "shop.old"))
def numbers(store, branch="main"):
    return [(p.violations, p.added, p.fixed, p.reintroduced) for p in store.trend("p", CONTRACT, branch)]

def test_line(store: Store) -> None:
    for one in history([[A], [A, B], [B], [A, B, C]]):
        assert store.add_snapshot("p", one, token_id=None).created
        assert not store.add_snapshot("p", one, token_id=None).created
    assert numbers(store) == [(1, 1, 0, 0), (2, 1, 0, 0), (1, 0, 1, 0), (3, 2, 0, 1)]
    before = store.branch("p", "main")
    print(before, store.project("p"), store.contracts_now("p"), store.totals())
    print(store.open_violations("p", "main", limit=2))
    p = store.open_violations("p", "main", limit=2)
    print(store.open_violations("p", "main", limit=2, after=p.next))
    print(store.fixed_violations("p", "main", limit=2))
    for f in fork(1, [[A], []]): store.add_snapshot("p", f, token_id=None)
    assert numbers(store) == [(1, 1, 0, 0), (2, 1, 0, 0), (1, 0, 1, 0), (0, 0, 1, 0)]
    print(store.fixed_violations("p", "main", limit=5))
    print(store.snapshots("p", branch="main", after=None, limit=2))
    print(store.snapshot("p", commit_id("c1")[:8]))
    assert store.graph("p", commit_id("c1")) == history([[A], [A, B]])[1].snapshot.graph
    print(store.compare("p", commit_id("c0"), commit_id("c3")), store.backend)
    print(store.branches("p", after=None, limit=3), store.projects(None, after=None, limit=3))
    store.ping()
