"""One module for each engine, all behind the same small interface."""
