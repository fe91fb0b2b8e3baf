"""Measures the index beside other search engines: the same texts, the same queries, one process for each engine."""
