"""YAML -> nodes with spans; what is wrong with the YAML is told in the words of whoever wrote it."""

from cvbuild.tree.parsing import MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence, parse, path_to

__all__ = ["MAX_DEPTH", "MAX_NODES", "Mapping", "Node", "Scalar", "Sequence", "parse", "path_to"]
