"""The golden evaluator against ONNX Runtime and against arithmetic done by hand."""

import unittest

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dnnc_test import judge, networks, quantized, random_graph
from dnnc_test.check import judge_difference
from dnnc_test.golden import Golden
from dnnc_test.golden.arithmetic import Scale, quantize, requantize


def model(nodes, constants, shape, output_type=TensorProto.INT8, opset=17):
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", output_type, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


class Arithmetic(unittest.TestCase):
    def test_rounds_half_to_even_and_saturates(self):
        scale = Scale(np.array([0.5], np.float32), np.array([3], np.int8), 0)
        x = np.array([0.25, 0.75, -0.25, 1000, -1000], np.float32)
        self.assertEqual(quantize(x, scale, np.dtype(np.int8)).tolist(), [3, 5, 3, 127, -128])

    def test_zero_point_is_added_after_rounding(self):
        self.assertEqual(
            requantize(np.array([1.0, 3.0]), np.float32(0.5), 1, np.dtype(np.int8)).tolist(), [1, 3]
        )

    def test_accumulator_becomes_float32_first(self):
        # 2²⁴ + 1 is no float32: it rounds to 2²⁴ before the multiplication.
        accumulator = np.array([2.0**24 + 1])
        self.assertEqual(requantize(accumulator, np.float32(2.0**-24), 0, np.dtype(np.int8)).tolist(), [1])


class Folds(unittest.TestCase):
    CONSTANTS = {
        "s": np.float32(0.1),
        "z": np.int8(5),
        "w": np.array([[[[2]], [[-3]]]], np.int8),
        "ws": np.float32(0.05),
        "ys": np.float32(0.07),
        "yz": np.int8(-4),
        "b": np.array([11], np.int32),
        "bs": np.float32(0.1) * np.float32(0.05),
    }

    def nodes(self, *middle, last="c"):
        return [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"]),
            helper.make_node("DequantizeLinear", ["w", "ws"], ["wd"]),
            helper.make_node("DequantizeLinear", ["b", "bs"], ["bd"]),
            helper.make_node("Conv", ["d", "wd", "bd"], ["c"]),
            *middle,
            helper.make_node("QuantizeLinear", [last, "ys", "yz"], ["y"]),
        ]

    def by_hand(self, x, low=-128):
        q = np.clip(np.rint(x / np.float32(0.1)) + 5, -128, 127)
        accumulator = (q[:, 0] - 5) * 2 + (q[:, 1] - 5) * -3 + 11
        factor = np.float32(np.float32(0.1) * np.float32(0.05)) / np.float32(0.07)
        return np.clip(np.rint(accumulator.astype(np.float32) * factor) - 4, low, 127).astype(np.int8)[
            :, None
        ]

    def test_convolution_is_an_integer_product(self):
        x = np.random.default_rng(0).standard_normal((1, 2, 5, 5)).astype(np.float32) * 4
        result = Golden(model(self.nodes(), self.CONSTANTS, x.shape)).evaluate({"x": x})
        self.assertTrue(result["y"].exact)
        np.testing.assert_array_equal(result["y"].array, self.by_hand(x))
        self.assertNotIn("c", result)  # a float tensor inside a fold does not exist

    def test_relu_in_between_clamps_at_the_zero_point(self):
        x = np.random.default_rng(1).standard_normal((1, 2, 5, 5)).astype(np.float32) * 4
        nodes = self.nodes(helper.make_node("Relu", ["c"], ["r"]), last="r")
        result = Golden(model(nodes, self.CONSTANTS, x.shape)).evaluate({"x": x})
        np.testing.assert_array_equal(result["y"].array, self.by_hand(x, low=-4))

    def test_given_tensors_are_read(self):
        x = np.zeros((1, 2, 1, 1), np.float32)
        golden = Golden(model(self.nodes(), self.CONSTANTS, x.shape))
        q = np.array([25, 5], np.int8).reshape(1, 2, 1, 1)  # as if the run had made this of x
        result = golden.evaluate({"x": x}, {"q": q})
        self.assertEqual(result["q"].array.ravel().tolist(), [5, 5])
        self.assertEqual(result["y"].array.ravel().tolist(), [round((20 * 2 + 11) * 0.005 / 0.07) - 4])


class Int16(unittest.TestCase):
    SCALE = np.float32(2.0**-12)

    def evaluate(self, nodes, x, last):
        constants = {
            "s": self.SCALE,
            "z": np.int16(-5),
            "w": np.full((1, 4, 1, 1), 32767, np.int16),
            "ws": np.float32(2.0**-8),
            "ys": np.float32(2.0**4),
            "yz": np.int16(0),
        }
        pair = [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d"]),
            helper.make_node("DequantizeLinear", ["w", "ws"], ["wd"]),
        ]
        end = [helper.make_node("QuantizeLinear", [last, "ys", "yz"], ["y"])]
        graph = model([*pair, *nodes, *end], constants, x.shape, opset=21)
        return Golden(graph).evaluate({"x": x})["y"]

    def test_accumulators_are_exact_beyond_32_bits(self):
        x = np.full((1, 4, 1, 1), 7.9, np.float32)
        result = self.evaluate([helper.make_node("Conv", ["d", "wd"], ["c"])], x, "c")
        accumulator = 4 * 32767 * int(np.rint(x[0, 0, 0, 0] / self.SCALE))
        self.assertGreater(accumulator, 2**31)
        self.assertTrue(result.exact)
        self.assertEqual(result.array.dtype, np.int16)
        self.assertEqual(result.array.ravel().tolist(), [round(accumulator * 2.0**-24)])

    def test_functions_have_no_table(self):
        x = np.linspace(-4, 4, 16, dtype=np.float32).reshape(1, 4, 2, 2)
        self.assertFalse(self.evaluate([helper.make_node("Sigmoid", ["d"], ["c"])], x, "c").exact)
        self.assertTrue(self.evaluate([helper.make_node("Abs", ["d"], ["c"])], x, "c").exact)


class AgainstOnnxRuntime(unittest.TestCase):
    def test_resnet18_agrees_in_every_element(self):
        for form in quantized.FORMS:
            if form == "qdq-s16s16":  # its kernels multiply dequantized values in float
                continue
            with self.subTest(form):
                path = quantized.path("resnet18_small", form)
                loaded = onnx.load(path)
                inputs, golden = networks.inputs(loaded), Golden(loaded)
                expected = golden.evaluate(inputs)
                run = judge.run(path, inputs, list(expected), signed=form == "qdq-s8s8")
                for name, tensor in expected.items():
                    np.testing.assert_array_equal(run[name], tensor.array, name)

    def test_squeezenet_differs_in_its_average_pool_at_most(self):
        path = quantized.path("squeezenet_small", "qdq-s8s8")
        loaded = onnx.load(path)
        inputs, golden = networks.inputs(loaded), Golden(loaded)
        run = judge.run(path, inputs, list(golden.evaluate(inputs)))
        line = judge_difference(golden, inputs, run)
        self.assertRegex(line, r"^ONNX Runtime: \d+ of \d+( \(GlobalAveragePool \d+\))?$")

    def test_float_operators_agree(self):
        for seed in range(40):
            case = random_graph.generate(seed)
            if case.quantized:
                continue
            with self.subTest(case.description):
                expected = Golden(case.model).evaluate(case.inputs)
                run = judge.run(case.model, case.inputs, list(expected), optimized=False)
                for name, tensor in expected.items():
                    scale = max(float(np.abs(tensor.array).max()), 1e-6)
                    np.testing.assert_allclose(
                        run[name], tensor.array, rtol=0, atol=1e-5 * scale, err_msg=name
                    )


if __name__ == "__main__":
    unittest.main()
