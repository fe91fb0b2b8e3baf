import copy
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
import pytest
import schemathesis
import yaml
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from support import ROOT, SEED_ID, get

from service.api.app import create_app
from service.api.openapi.examples import FILE
from service.api.problems import CONTENT_TYPE
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from tools.examples import Asker, to_json

# What a schema cannot say of two parameters together (a page too deep, ids beside filters) may be refused.
_CONFIG = {
    "headers": {"Accept-Encoding": "identity"},  # it asks for encodings that it cannot read
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "422"]},
        "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx"]},
    },
    "generation": {"allow-x00": True, "max-examples": 60},
}
_OF_THE_PROTOCOL = frozenset({"content-type", "content-length", "content-encoding", "date"})


@pytest.fixture
def app(examples_engine: WhooshEngine) -> Flask:
    return create_app(examples_engine, Settings())


@pytest.fixture
def app_with_query(app: Flask) -> Flask:
    """The application, whose document has QUERY too, as OpenAPI 3.2 can."""
    derived = app.test_client().get("/openapi.json").get_json()
    derived["openapi"] = "3.2.0"
    for operations in derived["paths"].values():
        for operation in operations.values():
            del operation["responses"]["default"]  # so that a status is found that is not described by itself
        if "post" in operations:
            operations["query"] = _query_of(operations)
    app.view_functions["openapi_json"] = lambda: derived
    return app


def _query_of(operations: dict[str, Any]) -> dict[str, Any]:
    """What QUERY does: the same as POST, but that its answers may be stored, as those to GET."""
    query: dict[str, Any] = copy.deepcopy(operations["post"])
    query["operationId"] += "Query"
    query["responses"]["200"]["headers"]["ETag"] = operations["get"]["responses"]["200"]["headers"]["ETag"]
    query["responses"]["304"] = operations["get"]["responses"]["304"]
    return query


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return get(client, "/openapi.json")


def _undescribed_headers(made: dict[str, Any], case: Case[Any], status: int, sent: Iterable[str]) -> Iterator[str]:
    """Headers of an answer that its description lacks, but for those of the protocol and of CORS."""
    operation = made["paths"][case.path].get(case.method.lower(), {"responses": {}})
    response = operation["responses"].get(str(status))
    if response is None:  # a method that the path does not know
        return
    if "$ref" in response:
        response = made["components"]["responses"][response["$ref"].rpartition("/")[2]]
    described = {*map(str.lower, response["headers"]), *_OF_THE_PROTOCOL}
    for name in {*map(str.lower, sent)} - described:
        if not name.startswith("access-control-"):
            yield f"{case.method} {case.path} {status} {name}"


@pytest.mark.parametrize("phase", ["examples", "coverage", "fuzzing", "stateful"])
def test_generated_requests_find_no_difference_from_the_document(app_with_query: Flask, phase: str) -> None:
    phases = {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")}
    config = SchemathesisConfig.from_dict({**_CONFIG, "phases": phases})
    made = get(app_with_query.test_client(), "/openapi.json")
    ran, methods, undescribed = 0, set(), set()
    for event in from_schema(schemathesis.openapi.from_wsgi("/openapi.json", app_with_query, config=config)).execute():
        assert not isinstance(event, events.FatalError | events.NonFatalError), event
        if isinstance(event, events.ScenarioFinished):
            checks = [check for checks in event.recorder.checks.values() for check in checks]
            for case_id, interaction in event.recorder.interactions.items():
                if interaction.response is not None:
                    case = event.recorder.cases[case_id].value
                    sent = interaction.response.headers
                    undescribed |= {*_undescribed_headers(made, case, interaction.response.status_code, sent)}
            ran += len(checks)
            methods |= {case.value.method.upper() for case in event.recorder.cases.values()}
            failed = [check.failure_info for check in checks if check.failure_info is not None]
            assert not failed, f"{failed[0].failure}\n{failed[0].code_sample}"
    assert ran > 0
    assert undescribed == set()
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
            if "description" not in field or not (nested or "examples" in field):
                yield f"{at}.{name}"
        for key, value in node.items():
            yield from _undescribed(value, f"{at}.{key}")


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in document["paths"].values():
        yield from operations.values()


def _own_parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [parameter for parameter in operation.get("parameters", []) if "$ref" not in parameter]


def test_every_field_and_parameter_has_a_description_and_an_example(document: dict[str, Any]) -> None:
    assert list(_undescribed(document["components"]["schemas"], "")) == []
    for operation in _operations(document):
        for parameter in _own_parameters(operation):
            assert parameter["description"], parameter
            assert "example" in parameter or parameter["schema"]["examples"], parameter


def test_every_operation_has_a_summary_an_id_and_its_problems(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in _operations(document)]
    assert len(set(ids)) == len(ids)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert all(it.get("description", "-") for it in operation["responses"].values())
        if path.startswith("/v1"):
            assert {"200", "304", "422", "503"} <= set(operations["get"]["responses"])


def test_every_answer_has_an_example_in_each_of_its_media_types(document: dict[str, Any]) -> None:
    shared = [
        {"operationId": name, "responses": {name: it}} for name, it in document["components"]["responses"].items()
    ]
    for operation in (*_operations(document), *shared):
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                assert content["examples"], (operation["operationId"], status, media_type)
                if status.isdigit() and media_type == CONTENT_TYPE:
                    assert {it["value"]["status"] for it in content["examples"].values()} == {int(status)}


def test_every_refusal_of_parameters_has_an_example(document: dict[str, Any]) -> None:
    for operation in _operations(document):
        if "422" in operation["responses"]:
            codes = {"invalid_parameter", "unknown_parameter", "repeated_parameter"}
            names = {parameter["name"] for parameter in _own_parameters(operation)}
            if "page" in names or operation["operationId"] == "searchByBody":
                codes.add("page_too_deep")
            assert set(operation["responses"]["422"]["content"][CONTENT_TYPE]["examples"]) == codes


def test_examples_of_the_document_are_what_the_service_answers(examples_engine: WhooshEngine) -> None:
    committed = FILE.read_bytes()
    asked = to_json(Asker(examples_engine).ask())
    assert orjson.loads(asked) == orjson.loads(committed), "run: make openapi"
    assert asked == committed


def test_examples_fit_the_schemas_that_they_stand_beside(document: dict[str, Any]) -> None:
    checked = 0
    for operation in _operations(document):
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                validator = Draft202012Validator({**content["schema"], "components": document["components"]})
                for shown in content["examples"].values():
                    validator.validate(shown["value"])
                    checked += 1
    assert checked > len(document["paths"])


def test_no_component_is_left_that_nothing_refers_to(document: dict[str, Any]) -> None:
    written = json.dumps(document)
    for kind, components in document["components"].items():
        for name in components:
            assert f'"#/components/{kind}/{name}"' in written, (kind, name)


def test_facets_that_the_pattern_allows_are_those_that_are_taken(client: FlaskClient, document: dict[str, Any]) -> None:
    (facet,) = (it for it in document["paths"]["/v1/search"]["get"]["parameters"] if it.get("name") == "facet")
    pattern = re.compile(facet["schema"]["items"]["pattern"])
    for size in ("0", "1", "9", "10", "99", "100", "199", "200", "201", "999", "01", ""):
        status = 200 if pattern.search(f"tag:{size}") else 422
        assert client.get("/v1/search", query_string={"facet": f"tag:{size}"}).status_code == status, size


def test_fields_that_the_pattern_allows_are_those_that_are_taken(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for parameter in _own_parameters(operations["get"]):
            if parameter["name"] == "fields":
                pattern = re.compile(parameter["schema"]["pattern"])
                for fields in ("id", "text", "article.id", "tags.name", "id,count", "id,", ",", "idx", "tagsxname"):
                    answer = client.get(_filled(path), query_string={"fields": fields})
                    assert answer.status_code == (200 if pattern.search(fields) else 422), (path, fields)


def _filled(path: str) -> str:
    ids = {"tag_id": "energie", "source_id": "kuestendienst", "author_id": "anna-oeztuerk", "section_id": "kultur"}
    return path.format(article_id=SEED_ID, number=1, **ids)


def test_examples_of_parameters_are_accepted(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for parameter in _own_parameters(operations["get"]):
            if parameter["in"] == "query":
                for example in parameter["schema"]["examples"]:
                    get(client, _filled(path), **{parameter["name"]: example})
