"""Programs that make files of the project. Not part of the service."""
