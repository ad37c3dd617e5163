"""The golden evaluator of hardware.md's Numerics, over the ONNX graph itself.

    tensors = golden.Golden(model).evaluate({"data": x})             # from the network's inputs
    tensors = golden.Golden(model).evaluate({"data": x}, given=run)  # operators fed with the run's tensors

Each result is a `Tensor`: the array, and whether it is `exact` (integers and correctly rounded float32
steps all the way from the inputs, or from given tensors) or has float work behind it, where one step of
the output scale is allowed.
"""

from dnnc_test.golden.evaluate import Golden, Tensor

__all__ = ["Golden", "Tensor"]
