"""Nodes -> typed document, and the JSON Schema and reference page, all from `cvbuild.model`."""

from cvbuild.schema.load import load_document
from cvbuild.schema.shapes import record_shape

__all__ = ["load_document", "record_shape"]  # `jsonschema` and `reference` are imported by whoever needs them
