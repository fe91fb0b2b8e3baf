"""The embedded engine: Whoosh over the index that `service.index` builds."""
