"""The Whoosh index: schema, analysis, generations on disk, building and reading. Knows no HTTP."""
