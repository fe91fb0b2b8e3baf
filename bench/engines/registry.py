"""Finds the adapter of an engine by its name; only the engine that runs is imported."""

from importlib import import_module

from bench.engines.base import Engine, NotAvailableError


def engine(name: str) -> Engine:
    """The adapter, or `NotAvailableError` where its library is not installed."""
    try:
        module = import_module(f"bench.engines.{name}")
    except ImportError as error:
        raise NotAvailableError(f"{error.name or error} is not installed") from error
    made: Engine = module.Adapter()
    return made
