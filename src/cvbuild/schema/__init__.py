"""Nodes -> typed document, and the JSON Schema and reference page, all from `cvbuild.model`."""

from cvbuild.schema.jsonschema import json_schema
from cvbuild.schema.load import load_document
from cvbuild.schema.reference import reference_page
from cvbuild.schema.shapes import record_shape

__all__ = ["json_schema", "load_document", "record_shape", "reference_page"]
