"""Artikelsuche: full-text search for a German news archive, from a folder of articles to a JSON API."""

__version__ = "0.1.0"
