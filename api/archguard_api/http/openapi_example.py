"""The example of an upload in the OpenAPI document; sending it works."""

from __future__ import annotations

from typing import Any

UPLOAD: dict[str, Any] = {
    "snapshot": {
        "format_version": 1,
        "tool": {"name": "archguard", "version": "0.1.0"},
        "commit": "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d",
        "parent": "9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d4f1c2d7e",
        "committed_at": 1772366400,
        "configuration": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "folder": "",
        "roots": [{"name": "shop", "folder": ""}],
        "graph": {
            "modules": ["shop", "shop.cart", "shop.legacy_cart", "shop.order"],
            "kinds": "pmmm",
            "imports": [[3, 1], [3, 2]],
        },
        "contracts": [
            {
                "id": "one-cart",
                "name": "One cart",
                "type": "deprecated",
                "kept": False,
                "violations": 1,
                "exposure": 1,
                "lower_bound": False,
                "adoption": 1,
                "deprecated": ["shop.legacy_cart"],
                "replacements": ["shop.cart"],
                "owner": "@checkout-team",
                "deadline": "2026-12-31",
            }
        ],
        "violations": [
            {
                "contract": "one-cart",
                "importer": "shop.order",
                "imported": "shop.legacy_cart",
                "ghost": False,
                "replacement": "shop.cart",
                "occurrences": [{"path": "shop/order.py", "line": 2, "kind": "top-level"}],
            }
        ],
        "coverage": {"files": 4, "unread": []},
    },
    "branch": "main",
    "ancestors": ["9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d4f1c2d7e"],
    "build": {
        "service": "github-actions",
        "url": "https://ci.example.org/runs/17",
        "pull_request": None,
    },
}
