"""Searches and tags as feeds: what they say (`feed`), how they are made (`making`) and written."""
