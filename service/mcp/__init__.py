"""The archive as tools of language models: a server of the Model Context Protocol over the port of `search`."""
