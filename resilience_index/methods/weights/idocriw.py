"""IDOCRIW weights: entropy weights and CILOS weights multiplied.

Source: E. K. Zavadskas and V. Podvezko, Int. J. of Information Technology & Decision Making 15(2), 2016,
267-283.
"""

from __future__ import annotations

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.weights import cilos, columns, entropy
from resilience_index.methods.weights.columns import Names


def join(entropy_weights: FloatArray, cilos_weights: FloatArray) -> FloatArray:
    """w ∝ entropy weight × CILOS weight.

    Both (leaves,), not negative, of sum 1, of the same table; gives (leaves,) of sum 1. Raises RI376
    (``method``) when every product is 0. Source: Zavadskas and Podvezko 2016, section 4.
    """
    joined = entropy_weights * cilos_weights
    if not joined.any():
        raise RefusalError("RI376", method="idocriw")
    return columns.shares(joined)


def idocriw(matrix: FloatArray, cost: BoolArray, names: Names = None) -> FloatArray:
    """IDOCRIW weights of a whole table.

    ``matrix`` (units, leaves) above 0, NaN for missing; ``cost`` (leaves,) where less is better, which
    only the CILOS part heeds, as in the source. Gives (leaves,) of sum 1. Raises as ``cilos.cilos`` and
    ``join``.
    """
    # first: its refusals, which name the leaf, cover all that entropy refuses
    try:
        losses = cilos.cilos(matrix, cost, names)
    except RefusalError as error:
        error.params["method"] = "idocriw"
        raise
    return join(entropy.entropy(matrix), losses)
