"""The API against its own description, by cases that schemathesis makes of it: never a failure, never another shape."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from web.api import OPENAPI

CASES = 32
"""For each operation and for each kind of case: more than 300 in all."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
DESCRIBED = [(method, path) for path, methods in OPENAPI["paths"].items() for method in methods]


def test_every_operation_is_described(app: Flask) -> None:
    served = {
        (method.lower(), str(rule).replace("<id>", "{id}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert served <= set(DESCRIBED)


@pytest.mark.parametrize("kind", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), DESCRIBED)
def test_any_case_is_answered_as_described(app: Flask, method: str, path: str, kind: GenerationMode) -> None:
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path][method]
    if kind is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        return

    @given(case=operation.as_strategy(generation_mode=kind))
    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def answered(case: Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    answered()
