"""Posting lists as memory-mapped numpy arrays: a Whoosh codec, its writer, and an evaluator of Whoosh's query trees."""
