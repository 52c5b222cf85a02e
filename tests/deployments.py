"""Deployments of Tiny for tests: a good one, but for what a test says."""

from datetime import UTC, datetime
from typing import Any

from scripts.lib.deploy.deployments import Deployment

IMAGE = {"reference": "localhost:5999/tiny-app@sha256:1", "image_id": f"sha256:{'a' * 64}"}


def deployment(**said: Any) -> Deployment:
    """Return a deployment with these facts."""
    usual: dict[str, Any] = {
        "form": 1,
        "product": "tiny",
        "environment": "test",
        "stack": "tiny",
        "version": "1.0.0",
        "release": "r",
        "inputs": "i",
        "images": {"tiny-app": IMAGE},
        "previous": None,
        "copies": {},
        "trigger": "manual",
        "by": "ana@host",
        "began": datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
        "seconds": 9.0,
        "seconds_to_healthy": 7.0,
        "outcome": "done",
        "switched": True,
        "serves": "this",
        "proofs": 9,
        "url": "http://127.0.0.1:3999",
        "says": "",
    }
    return Deployment.model_validate(usual | said)
