"""From weights of leaves to weights of every level, and back.

A tree is ``parent`` (nodes,): the position of each node's parent, −1 for the root, in pre-order, so that
children stand behind their parents. *Global* weights are shares of the root, *local* weights shares of the
parent.
"""

from __future__ import annotations

import math

import numpy as np

from resilience_index.methods.arrays import BoolArray, FloatArray, IntArray


def local_from_global(leaf_weights: FloatArray, parent: IntArray, is_leaf: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Global and local weights of every node from the global weights of the leaves.

    ``leaf_weights`` (leaves,) not negative, of sum 1, in the order of the nodes; ``parent`` as above,
    ``is_leaf`` (nodes,). Gives (global, local), (nodes,) each: a node weighs what its leaves weigh
    together, and locally its share of its parent. Under a parent of weight 0 the local weights are equal;
    the root's local weight is 1. Source: contract.md, "sum".
    """
    children = _children(parent)
    weights = np.zeros(parent.size)
    weights[is_leaf] = leaf_weights
    local = np.ones(parent.size)
    for node in reversed(range(parent.size)):
        own = children[node]
        if own:
            total = math.fsum(weights[own].tolist())
            weights[node] = total
            local[own] = weights[own] / total if total > 0.0 else 1.0 / len(own)
    return weights, local


def global_from_local(local: FloatArray, parent: IntArray) -> FloatArray:
    """Global weights: the product of the local weights from each node up to the root.

    ``local`` (nodes,), ``parent`` as above; gives (nodes,). Source: distributive synthesis, Saaty 1980.
    """
    weights = local.astype(np.float64)
    for node, above in enumerate(parent.tolist()):
        if above >= 0:
            weights[node] *= weights[above]
    return weights


def _children(parent: IntArray) -> list[list[int]]:
    """The positions of each node's children."""
    children: list[list[int]] = [[] for _ in range(parent.size)]
    for node, above in enumerate(parent.tolist()):
        if above >= 0:
            children[above].append(node)
    return children
