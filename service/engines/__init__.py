"""Adapters of the port in `service.search.port`, one package an engine."""
