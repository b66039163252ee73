"""Weights from principal components 主成分法, by loadings and the variance explained.

The rule in Chinese practice: components of the correlation matrix with eigenvalue λ > 1; the coefficient of
a leaf in a component is its loading / √λ; the leaf's coefficient in the whole is the mean of these,
weighted by the variance that each component explains; weights are these coefficients over their sum. A
component is turned so that its loadings sum to a positive number. Negative loadings have no meaning as
weights: they are refused unless it is said what to do with them.

Source: Zhou Yang, Hou Shujing and Zong Ke, Statistics & Decision (统计与决策) 34(1), 2018, 66-69; eigenvalues
above 1: H. F. Kaiser, Educational and Psychological Measurement 20(1), 1960, 141-151; OECD and JRC, Handbook on
Constructing Composite Indicators, 2008, section 6.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resilience_index.errors import RefusalError
from resilience_index.methods.arrays import BoolArray, FloatArray
from resilience_index.methods.weights import columns, eigen, extents, moments
from resilience_index.methods.weights.columns import Names
from resilience_index.methods.weights.moments import Comoments

Negative = Literal["refuse", "signed", "absolute"]

_ABOVE_ONE = 1e-10  # an eigenvalue of 1 but for rounding is not above 1
_APART = 1e-9
_BELOW_ZERO = -1e-10  # above it is rounding


@dataclass(frozen=True, slots=True)
class Components:
    """What stands behind the weights; constant leaves have NaN loadings.

    ``eigenvalues`` (leaves that vary,), descending, all of them; ``explained`` (kept,) shares of variance;
    ``loadings`` (leaves, kept).
    """

    eigenvalues: FloatArray
    explained: FloatArray
    loadings: FloatArray


def components(found: Comoments, names: Names = None) -> Components:
    """The principal components with eigenvalue above 1.

    ``found`` of all units. Raises RI360 (fewer than 3 units), RI361 (all constant), RI364 and RI365
    (pairs), RI367 (``method``, ``value``) when missing values make correlations that contradict one
    another, RI368 (``value``, the largest) when no eigenvalue is above 1, RI371 (``first``, ``second``,
    ``value``) when two kept components have the same eigenvalue and so no loadings of their own.
    """
    columns.require_units("pca", moments.units(found), names)
    flat = moments.constant(found)
    columns.require_some_variation("pca", flat)
    r = moments.correlations(found, "pca", names)[np.ix_(~flat, ~flat)]
    values, vectors = eigen.symmetric(r)
    eigen.require_no_contradiction("pca", values)
    kept = int((values > 1.0 + _ABOVE_ONE).sum())
    if not kept:
        raise RefusalError("RI368", value=float(values[0]))
    for place in range(1, kept):
        if values[place - 1] - values[place] < _APART * values[place]:
            raise RefusalError("RI371", first=place, second=place + 1, value=float(values[place]))
    loadings = np.full((flat.size, kept), np.nan)
    loadings[~flat] = _turned(vectors[:, :kept]) * np.sqrt(values[:kept])
    return Components(values, values[:kept] / values.size, loadings)


def weights_from(found: Comoments, *, negative: Negative = "refuse", names: Names = None) -> FloatArray:
    """Weights from the principal components; ``found`` of all units, gives (leaves,) of sum 1.

    ``negative`` loadings: ``refuse`` (RI369: ``leaf``, the first, and ``loadings``, all), ``signed`` (taken with
    their sign; RI370, ``leaf`` and ``value``, when a leaf's coefficient in the whole is negative),
    ``absolute`` (without it). Constant columns have weight 0; a single column that varies has weight 1.
    Raises as ``components`` besides.
    """
    flat = moments.constant(found)
    if (~flat).sum() == 1:
        columns.require_units("pca", moments.units(found), names)
        return columns.over_all(~flat, np.ones(1))
    kept = components(found, names)
    loadings = kept.loadings[~flat]
    leaves = np.flatnonzero(~flat).tolist()
    if negative == "refuse":
        _refuse_negative(loadings, leaves, names)
    elif negative == "absolute":
        loadings = np.abs(loadings)
    total = math.fsum(kept.explained.tolist())
    coefficients = np.zeros(len(leaves))
    for component, share in enumerate(kept.explained.tolist()):
        coefficients += loadings[:, component] / math.sqrt(kept.eigenvalues[component]) * (share / total)
    for leaf, value in zip(leaves, coefficients.tolist(), strict=True):
        if value < _BELOW_ZERO:
            raise RefusalError("RI370", leaf=columns.leaf_name(names, leaf), value=value)
    return columns.over_all(~flat, columns.shares(np.maximum(coefficients, 0.0)))


def pca(matrix: FloatArray, *, negative: Negative = "refuse", names: Names = None) -> FloatArray:
    """Principal component weights of a whole table: ``matrix`` (units, leaves), NaN for missing.

    Gives (leaves,) of sum 1; parameters, errors and source as ``weights_from``.
    """
    on = moments.grid(extents.extents(matrix))
    return weights_from(moments.comoments(matrix, on), negative=negative, names=names)


def _turned(vectors: FloatArray) -> FloatArray:
    """Each column with the sign that makes its sum positive; where that is 0, its largest element."""
    turned = vectors.copy()
    for component in range(vectors.shape[1]):
        vector = vectors[:, component]
        total = math.fsum(vector.tolist())
        if abs(total) < _APART:
            total = float(vector[np.argmax(np.abs(vector))])
        if total < 0.0:
            turned[:, component] = -vector
    return turned


def _refuse_negative(loadings: FloatArray, leaves: list[int], names: Names) -> None:
    """Refuse negative loadings by name, component after component."""
    below: BoolArray = loadings < _BELOW_ZERO
    if below.any():
        places = [(int(leaf), int(component)) for component, leaf in np.argwhere(below.T)]
        named = [columns.leaf_name(names, leaves[leaf]) for leaf, _ in places]
        said = [f"{name} ({at + 1}: {loadings[leaf, at]:.3g})" for name, (leaf, at) in zip(named, places, strict=True)]
        raise RefusalError("RI369", leaf=named[0], loadings=said)
