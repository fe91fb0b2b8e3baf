"""The article, and the readers that make one from a file. Knows no index and no HTTP."""
