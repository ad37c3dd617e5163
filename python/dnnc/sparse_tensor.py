"""ONNX's SparseTensorProto and NumPy arrays: linear or coordinate indices, ascending and unique."""

from __future__ import annotations

from math import prod

import numpy as np
import onnx
from onnx import numpy_helper


def dense_bytes(sparse: onnx.SparseTensorProto) -> int:
    width = onnx.helper.tensor_dtype_to_np_dtype(sparse.values.data_type).itemsize
    return width * prod(max(int(size), 0) for size in sparse.dims)


def to_dense(sparse: onnx.SparseTensorProto) -> np.ndarray:
    """Raises ValueError with the reason when it is no valid sparse tensor."""
    values, indices = numpy_helper.to_array(sparse.values), numpy_helper.to_array(sparse.indices)
    shape = tuple(sparse.dims)
    if not shape or min(shape) < 1:
        raise ValueError(f"has the shape {list(shape)}; need at least one dimension, and sizes of at least 1")
    if indices.dtype != np.int64:
        raise ValueError(f"has indices of {indices.dtype}; need int64")
    linear = indices.shape == (len(values),)
    if values.ndim != 1 or not (linear or indices.shape == (len(values), len(shape))):
        raise ValueError(
            f"has indices of shape {list(indices.shape)} for values of shape {list(values.shape)}; "
            f"need [N] or [N, {len(shape)}] for [N]"
        )
    # One column a dimension; linear indices are those of the flattened tensor.
    extents = np.array([prod(shape)] if linear else shape, object)
    columns = indices.reshape(len(values), 1 if linear else len(shape))
    if np.any(columns < 0) or np.any(columns >= extents):
        raise ValueError(f"has indices outside of its shape {list(shape)}")
    flat = indices if linear else np.ravel_multi_index(tuple(columns.T), shape)
    if np.any(np.diff(flat) <= 0):
        raise ValueError("has indices that do not ascend, or repeat")
    dense = np.zeros(shape, values.dtype)
    dense.reshape(-1)[flat] = values
    return dense


def from_dense(array: np.ndarray, name: str) -> onnx.SparseTensorProto:
    """The elements that are not zero, with linear indices."""
    flat = array.reshape(-1)
    indices = np.flatnonzero(flat)
    return onnx.helper.make_sparse_tensor(
        numpy_helper.from_array(flat[indices], name),
        numpy_helper.from_array(indices.astype(np.int64), f"{name}.indices"),
        array.shape,
    )
