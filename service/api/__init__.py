"""HTTP: Flask blueprints, marshmallow schemas, problem+json, links and caching headers. Knows no engine."""
