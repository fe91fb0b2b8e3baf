from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from support import ROOT, SEED_ID, get

from service.api.app import create_app
from service.api.problems import CONTENT_TYPE
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine

# What a schema cannot say of two parameters together (a page too deep, ids beside filters) may be refused.
_CONFIG = {
    "headers": {"Accept-Encoding": "identity"},  # it asks for encodings that it cannot read
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]},
        "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx"]},
    },
    "generation": {"allow-x00": True, "max-examples": 60},
}


@pytest.fixture
def app(examples_engine: WhooshEngine) -> Flask:
    return create_app(examples_engine, Settings())


@pytest.fixture
def app_with_query(app: Flask) -> Flask:
    """The application, whose document says of QUERY what it says of POST, as OpenAPI 3.2 can."""
    derived = app.test_client().get("/openapi.json").get_json()
    derived["openapi"] = "3.2.0"
    for operations in derived["paths"].values():
        if "post" in operations:
            operations["query"] = {**operations["post"], "operationId": f"{operations['post']['operationId']}Query"}
    app.view_functions["openapi_json"] = lambda: derived
    return app


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return get(client, "/openapi.json")


@pytest.mark.parametrize("phase", ["examples", "coverage", "fuzzing", "stateful"])
def test_generated_requests_find_no_difference_from_the_document(app_with_query: Flask, phase: str) -> None:
    phases = {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")}
    config = SchemathesisConfig.from_dict({**_CONFIG, "phases": phases})
    ran, methods = 0, set()
    for event in from_schema(schemathesis.openapi.from_wsgi("/openapi.json", app_with_query, config=config)).execute():
        assert not isinstance(event, events.FatalError | events.NonFatalError), event
        if isinstance(event, events.ScenarioFinished):
            checks = [check for checks in event.recorder.checks.values() for check in checks]
            ran += len(checks)
            methods |= {case.value.method.upper() for case in event.recorder.cases.values()}
            failed = [check.failure_info for check in checks if check.failure_info is not None]
            assert not failed, f"{failed[0].failure}\n{failed[0].code_sample}"
    assert ran > 0
    assert {"GET", "POST", "QUERY"} <= methods or phase == "stateful"  # no link leads to a body


def test_committed_document_is_the_one_that_is_served(client: FlaskClient) -> None:
    committed = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    assert client.get("/openapi.yaml").text == committed, "run: make openapi"
    assert yaml.safe_load(committed) == get(client, "/openapi.json")


def test_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def _undescribed(node: Any, at: str) -> Iterator[str]:
    """Properties of component schemas, and parameters, without a description or an example."""
    if isinstance(node, dict):
        for name, field in node.get("properties", {}).items():
            nested = any("$ref" in inner for inner in (field, field.get("items", {}), *field.get("anyOf", ())))
            if "description" not in field or not (nested or "example" in field):
                yield f"{at}.{name}"
        for key, value in node.items():
            yield from _undescribed(value, f"{at}.{key}")


def test_every_field_and_parameter_has_a_description_and_an_example(document: dict[str, Any]) -> None:
    assert list(_undescribed(document["components"]["schemas"], "")) == []
    for path, operations in document["paths"].items():
        for parameter in operations["get"].get("parameters", []):
            assert parameter["description"], (path, parameter)
            assert "example" in parameter or "example" in parameter["schema"], (path, parameter)


def test_every_operation_has_a_summary_an_id_and_its_problems(document: dict[str, Any]) -> None:
    ids = []
    for path, operations in document["paths"].items():
        operation = operations["get"]
        ids.append(operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        if path.startswith("/v1"):
            assert {"200", "304", "422", "503"} <= set(operation["responses"])
            for status in ("422", "503"):
                (content_type,) = operation["responses"][status]["content"]
                assert content_type == CONTENT_TYPE
                assert operation["responses"][status]["content"][content_type]["example"]["status"] == int(status)
    assert len(set(ids)) == len(ids)


def test_examples_of_parameters_are_accepted(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        ids = {"tag_id": "energie", "source_id": "kuestendienst", "author_id": "anna-oeztuerk", "section_id": "kultur"}
        filled = path.format(article_id=SEED_ID, number=1, **ids)
        for parameter in operations["get"].get("parameters", []):
            if parameter["in"] == "query":
                get(client, filled, **{parameter["name"]: parameter["schema"]["example"]})
