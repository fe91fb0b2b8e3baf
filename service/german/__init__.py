"""The language: text in, tokens out. Knows no index and no HTTP; the query side and the index side share it."""
