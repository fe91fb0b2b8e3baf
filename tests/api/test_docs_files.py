import re

import pytest
from flask.testing import FlaskClient


def test_page_allows_nothing_but_its_own_files(client: FlaskClient) -> None:
    response = client.get("/docs")
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|style=|\son\w+=|<script(?! src=)|https?://", response.text)


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("start.js", "text/javascript"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("favicon-32x32.png", "image/png"),
    ],
)
def test_files_of_the_page_are_served_once(client: FlaskClient, file: str, media_type: str) -> None:
    assert f"docs/{file}" in client.get("/docs").text
    response = client.get(f"/docs/{file}")
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert client.get(f"/docs/{file}", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert client.head(f"/docs/{file}").status_code == 200


def test_no_other_file_is_served(client: FlaskClient) -> None:
    for path in ("/docs/", "/docs/index.html", "/docs/../app.py", "/docs/%2e%2e/app.py", "/docs/swagger-ui.js"):
        assert client.get(path).status_code == 404
