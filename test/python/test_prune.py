"""dnnc prune: which weights go, in float and quantized models, and what is written."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from dnnc import sparse_tensor
from dnnc.model_file import ModelFile
from dnnc.problems import Problems
from dnnc.prune import Pattern, Request, layers, masks, prune
from dnnc.prune.__main__ import main
from onnx import TensorProto, helper, numpy_helper

from dnnc_test import networks, quantized

RNG = np.random.default_rng(0)
HALF = Request(sparsity=0.5)
TWO_OF_FOUR = Request(pattern=Pattern(2, 4))


def draw(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def model(nodes, constants, shape=(1, 4), output_type=TensorProto.FLOAT, domains=(), opset=21):
    graph = helper.make_graph(
        [n if isinstance(n, onnx.NodeProto) else helper.make_node(*n) for n in nodes],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", output_type, None)],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def constant(graph, name):
    return next(numpy_helper.to_array(t) for t in graph.graph.initializer if t.name == name)


def run(path, inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options).run(None, inputs)


def most_in_groups(lines, m, zero=0):
    """The most weights other than zero in any m consecutive ones of the last axis."""
    counts = [np.count_nonzero(lines[..., i : i + m] != zero, axis=-1).max() for i in range(0, lines.shape[-1], m)]
    return max(counts)


class Masks(unittest.TestCase):
    def test_sparsity_is_an_exact_count_of_the_smallest(self):
        for part, zeros in ((0, 0), (0.1, 1), (0.5, 5), (0.84, 8), (0.85, 9), (0.99, 10)):
            values = np.arange(10, dtype=np.float32)[::-1]
            keep = masks.of_sparsity([values], part)[0]
            self.assertEqual(np.count_nonzero(~keep), zeros)
            self.assertTrue(zeros == 0 or zeros == 10 or values[keep].min() > values[~keep].max())

    def test_ties_are_spread(self):
        keep = masks.of_sparsity([np.ones((8, 100), np.float32)], 0.25)[0]
        self.assertEqual(np.count_nonzero(~keep, axis=1).tolist(), [25] * 8)

    def test_together_the_smallest_of_all(self):
        small, large = np.arange(1, 5, dtype=np.float32), np.arange(11, 15, dtype=np.float32)
        first, second = masks.of_sparsity([large, small], 0.625)
        self.assertEqual((first.tolist(), second.tolist()), ([False, True, True, True], [False] * 4))

    def test_pattern_keeps_the_largest_of_each_group(self):
        values = np.array([[3, 1, 2, 4, 9, 9, 9, 1, 5, 6, 7]], np.float32)
        keep = masks.of_pattern(values, np.arange(11).reshape(1, 11), Pattern(2, 4))
        self.assertEqual(keep.astype(int).tolist(), [[1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1]])

    def test_patterns_as_text(self):
        self.assertEqual(str(Pattern.parse("4:8")), "4:8")
        for text in ("2", "2:", ":4", "4:4", "4:2", "0:4", "2:65", "-2:4", "2:4:8", "two:4", "²:4"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "need N:M"):
                Pattern.parse(text)


class FloatLayers(unittest.TestCase):
    """Groups go along the input channels of every kind of product."""

    def check(self, graph, name, lines, m=4, n=2):
        before = lines(constant(graph, name)).copy()
        rows = prune(graph, Request(pattern=Pattern(n, m)))
        after = lines(constant(graph, name))
        self.assertEqual(most_in_groups(after, m), n)
        self.assertTrue(np.all((after == before) | (after == 0)))
        self.assertEqual(rows[0].zeros_after, np.count_nonzero(after == 0))
        for start in range(0, before.shape[-1] - m + 1, m):  # the n largest of each group
            group = np.abs(before[..., start : start + m])
            kept = np.where(after[..., start : start + m] != 0, group, 0)
            np.testing.assert_array_equal(np.sort(kept, -1)[..., -n:], np.sort(group, -1)[..., -n:])

    def test_conv(self):
        graph = model([("Conv", ["x", "w"], ["y"])], {"w": draw(6, 8, 3, 3)})
        self.check(graph, "w", lambda w: np.moveaxis(w, 1, -1))

    def test_conv_transpose_with_groups(self):
        graph = model([helper.make_node("ConvTranspose", ["x", "w"], ["y"], group=2)], {"w": draw(12, 5, 2, 2)})
        self.check(graph, "w", lambda w: np.moveaxis(w.reshape(2, 6, 5, 2, 2), 1, -1))

    def test_gemm(self):
        for transposed in (0, 1):
            with self.subTest(transposed):
                shape = (7, 16) if transposed else (16, 7)
                graph = model([helper.make_node("Gemm", ["x", "w"], ["y"], transB=transposed)], {"w": draw(*shape)})
                self.check(graph, "w", lambda w, t=transposed: w if t else w.T, m=8, n=4)

    def test_gemm_on_the_left(self):
        graph = model([helper.make_node("Gemm", ["w", "x"], ["y"], transA=1)], {"w": draw(8, 3)})
        self.check(graph, "w", lambda w: w.T, n=1)

    def test_matmul(self):
        self.check(model([("MatMul", ["x", "w"], ["y"])], {"w": draw(3, 8, 5)}), "w", lambda w: np.moveaxis(w, 1, 2))
        self.check(model([("MatMul", ["w", "x"], ["y"])], {"w": draw(3, 5, 8)}), "w", lambda w: w)
        self.check(model([("MatMul", ["x", "w"], ["y"])], {"w": draw(8)}), "w", lambda w: w)

    def test_behind_nodes_that_move_elements(self):
        nodes = [
            ("Reshape", ["v", "s"], ["a"]),
            helper.make_node("Transpose", ["a"], ["b"], perm=[1, 0]),
            ("Unsqueeze", ["b", "axis"], ["c"]),
            ("Squeeze", ["c", "axis"], ["d"]),
            ("Identity", ["d"], ["w"]),
            ("MatMul", ["x", "w"], ["y"]),
        ]
        constants = {"v": draw(2, 3, 8), "s": np.array([-1, 8]), "axis": np.array([0])}
        self.check(model(nodes, constants), "v", lambda w: w.reshape(6, 8))

    def test_constant_nodes(self):
        value = numpy_helper.from_array(draw(6, 4))
        sparse = sparse_tensor.from_dense(np.diag(np.arange(1.0, 5, dtype=np.float32)), "")
        for made in (
            helper.make_node("Constant", [], ["w"], value=value),
            helper.make_node("Constant", [], ["w"], sparse_value=sparse),
        ):
            graph = model([made, ("MatMul", ["x", "w"], ["y"])], {})
            row = prune(graph, HALF)[0]
            array = numpy_helper.to_array(graph.graph.node[0].attribute[0].t)
            self.assertEqual(np.count_nonzero(array == 0), row.zeros_after)
            self.assertEqual(row.zeros_after, 12)

    def test_other_float_types(self):
        for dtype in (np.float16, np.float64, helper.tensor_dtype_to_np_dtype(TensorProto.BFLOAT16)):
            with self.subTest(dtype):
                graph = model([("MatMul", ["x", "w"], ["y"])], {"w": draw(4, 10, dtype=dtype)})
                self.assertEqual(prune(graph, HALF)[0].zeros_after, 20)
                self.assertEqual(constant(graph, "w").dtype, dtype)

    def test_zeros_that_are_there_count(self):
        graph = model([("MatMul", ["x", "w"], ["y"])], {"w": np.array([[-0.0, 0, 0], [1, 2, 3]], np.float32)})
        rows = prune(graph, Request(sparsity=0.4))
        self.assertEqual((rows[0].zeros_before, rows[0].zeros_after), (3, 3))
        self.assertFalse(np.signbit(constant(graph, "w")).any())

    def test_scope(self):
        nodes = [("MatMul", ["x", "a"], ["m"], "first"), ("MatMul", ["m", "b"], ["y"], "second")]
        constants = {"a": draw(4, 4), "b": 100 * draw(4, 4)}
        self.assertEqual([r.zeros_after for r in prune(model(nodes, constants), HALF)], [8, 8])
        whole = prune(model(nodes, constants), Request(sparsity=0.5, whole=True))
        self.assertEqual([r.zeros_after for r in whole], [16, 0])


class QuantizedLayers(unittest.TestCase):
    def behind_dequantize(self, weights, scale, zero=None, **attributes):
        inputs = ["w", "s"] + (["z"] if zero is not None else [])
        nodes = [helper.make_node("DequantizeLinear", inputs, ["d"], **attributes), ("MatMul", ["x", "d"], ["y"], "p")]
        return model(nodes, {"w": weights, "s": scale} | ({"z": zero} if zero is not None else {}))

    def test_zero_is_the_zero_point(self):
        weights = np.array([[3, 4, 5, 6], [9, 7, 5, 1]], np.uint8)
        graph = self.behind_dequantize(weights, np.float32(0.1), np.uint8(5))
        row = prune(graph, HALF)[0]
        self.assertEqual((row.zeros_before, row.zeros_after), (2, 4))
        # |q - 5| is 2 1 0 1 / 4 2 0 4: both ones go
        self.assertEqual(constant(graph, "w").tolist(), [[3, 5, 5, 5], [9, 7, 5, 1]])

    def test_magnitude_is_that_of_the_real_number(self):
        weights = np.array([[10, 1], [9, 2]], np.int8)
        graph = self.behind_dequantize(weights, np.array([0.1, 10], np.float32), axis=1)
        prune(graph, HALF)
        self.assertEqual(constant(graph, "w").tolist(), [[0, 1], [0, 2]])

    def test_a_zero_point_for_each_channel(self):
        weights = np.array([[10, 20], [14, 21], [10, 28], [12, 20]], np.uint8)
        zeros = np.array([10, 20], np.uint8)
        graph = self.behind_dequantize(weights, np.float32([1, 1]), zeros, axis=1)
        prune(graph, Request(pattern=Pattern(1, 4)))
        self.assertEqual(constant(graph, "w").tolist(), [[10, 20], [14, 20], [10, 28], [10, 20]])

    def test_scales_in_constant_nodes(self):
        nodes = [
            helper.make_node("Constant", [], ["s"], value_floats=[0.1, 10.0]),
            ("DequantizeLinear", ["w", "s"], ["d"]),
            ("MatMul", ["x", "d"], ["y"]),
        ]
        graph = model(nodes, {"w": np.array([[10, 1], [9, 2]], np.int8)})
        prune(graph, HALF)
        self.assertEqual(constant(graph, "w").tolist(), [[0, 1], [0, 2]])

    def test_blocks(self):
        weights = np.array([[1], [2], [1], [2], [3]], np.int8)
        scale = np.array([[10], [1], [100]], np.float32)  # of two rows each, the last of one
        graph = self.behind_dequantize(weights, scale, axis=0, block_size=2)
        prune(graph, Request(sparsity=0.4))
        self.assertEqual(constant(graph, "w").ravel().tolist(), [1, 2, 0, 0, 3])

    def test_weights_that_are_quantized_in_the_graph(self):
        nodes = [
            ("QuantizeLinear", ["w", "s", "z"], ["q"]),
            ("DequantizeLinear", ["q", "s", "z"], ["d"]),
            ("MatMul", ["x", "d"], ["y"]),
        ]
        graph = model(nodes, {"w": draw(4, 4), "s": np.float32(0.1), "z": np.uint8(7)})
        self.assertEqual(prune(graph, HALF)[0].zeros_after, 8)
        self.assertEqual(np.count_nonzero(constant(graph, "w") == 0), 8)

    def test_qoperators(self):
        s, z = np.float32(0.1), np.uint8(3)
        scales = ["x", "s", "z", "w", "ws", "wz", "s", "z"]
        weights = RNG.integers(0, 256, (8, 8), np.uint8)
        per_channel = {"s": s, "z": z, "ws": np.full(8, s), "wz": np.full(8, 100, np.uint8)}
        for node, shape, moved in (
            (("QLinearConv", scales, ["y"]), (8, 8, 1, 1), lambda w: w.reshape(8, 8)),
            (("QLinearMatMul", scales, ["y"]), (8, 8), lambda w: w.T),
            (("QLinearMatMul", ["w", "ws", "wz", "x", "s", "z", "s", "z"], ["y"]), (8, 8), lambda w: w),
            (("ConvInteger", ["x", "w", "z", "wz"], ["y"]), (8, 8, 1, 1), lambda w: w.reshape(8, 8)),
            (("MatMulInteger", ["x", "w", "z", "wz"], ["y"]), (8, 8), lambda w: w.T),
        ):
            with self.subTest(node[0]):
                graph = model([node], per_channel | {"w": weights.reshape(shape)})
                prune(graph, TWO_OF_FOUR)
                self.assertLessEqual(most_in_groups(moved(constant(graph, "w")), 4, 100), 2)
        node = helper.make_node("QGemm", [*scales[:6], "", "s", "z"], ["y"], domain="com.microsoft", transB=1)
        graph = model([node], per_channel | {"w": weights}, domains=["com.microsoft"])
        prune(graph, TWO_OF_FOUR)
        self.assertLessEqual(most_in_groups(constant(graph, "w"), 4, 100), 2)


class LeftAlone(unittest.TestCase):
    def notes(self, graph, **request):
        return {r.node: r.note for r in prune(graph, Request(sparsity=0.5, **request))}

    def test_excluded_nodes_and_the_first_convolution(self):
        nodes = [
            ("MatMul", ["x", "a"], ["m"], "product"),
            ("Conv", ["m", "b"], ["n"], "first"),
            ("Conv", ["n", "c"], ["y"]),
        ]
        constants = {"a": draw(4, 4), "b": draw(4, 4, 1, 1), "c": draw(4, 4, 1, 1)}
        notes = self.notes(model(nodes, constants), exclude=("Conv_2",), keep_first=True)
        self.assertEqual(
            notes, {"product": "", "first": "kept: the first convolution", "Conv_2": "kept: excluded"}
        )

    def test_what_something_else_reads(self):
        product = ("MatMul", ["x", "w"], ["p"], "product")
        for node, note in (
            (("Gather", ["w", "i"], ["y"], "embedding"), "kept: 'embedding' (Gather) reads it, too"),
            (("Identity", ["w"], ["y"], "same"), "kept: 'y' is an output of the model"),
        ):
            graph = model([product, node], {"w": draw(4, 4), "i": np.array([0])})
            self.assertEqual(self.notes(graph), {"product": note})
        inner = helper.make_graph([helper.make_node("Neg", ["w"], ["i"])], "inner", [], [onnx.ValueInfoProto(name="i")])
        branch = helper.make_node("If", ["c"], ["y"], "branch", then_branch=inner, else_branch=inner)
        graph = model([product, branch], {"w": draw(4, 4), "c": np.array(True)})
        self.assertEqual(self.notes(graph), {"product": "kept: 'branch' (If) reads it, too"})

    def test_shared_weights(self):
        nodes = [("MatMul", ["x", "w"], ["m"], "a"), ("MatMul", ["m", "w"], ["y"], "b")]
        self.assertEqual(self.notes(model(nodes, {"w": draw(4, 4)})), {"a, b": ""})
        excluded = self.notes(model(nodes, {"w": draw(4, 4)}), exclude=("b",))
        self.assertEqual(excluded, {"a, b": "kept: excluded by 'b', which shares it"})
        nodes[1] = helper.make_node("Gemm", ["m", "w"], ["y"], "b", transB=1)
        notes = self.notes(model(nodes, {"w": draw(4, 4)}))
        self.assertEqual(notes, {"a, b": "kept: 'b' reads it in another layout or with another zero point"})

    def test_products_of_constants_and_of_computed_tensors(self):
        nodes = [
            ("MatMul", ["a", "b"], ["c"], "constants"),
            ("MatMul", ["x", "x"], ["d"], "computed"),
            ("MatMul", ["d", "a"], ["y"], "product"),
        ]
        graph = model(nodes, {"a": draw(4, 4), "b": draw(4, 4)})
        self.assertEqual(self.notes(graph), {"product": ""})

    def test_few_input_channels(self):
        graph = model([helper.make_node("Conv", ["x", "w"], ["y"], "depthwise", group=8)], {"w": draw(8, 1, 3, 3)})
        row = prune(graph, TWO_OF_FOUR)[0]
        self.assertEqual((row.zeros_after, row.note), (0, "1 input channel in a group: nothing to prune"))
        graph = model([("Conv", ["x", "w"], ["y"])], {"w": draw(8, 7, 1, 1)})
        row = prune(graph, TWO_OF_FOUR)[0]
        self.assertEqual((row.zeros_after, row.note), (24, "7 input channels: the last group has 3"))

    def test_types_that_are_not_pruned(self):
        graph = model([("MatMulInteger", ["x", "w"], ["y"], "p")], {})
        graph.graph.initializer.append(helper.make_tensor("w", TensorProto.INT4, [4, 4], [1] * 16))
        self.assertEqual(self.notes(graph), {"p": "kept: int4 weights are not pruned"})


class Refused(unittest.TestCase):
    def refused(self, graph, *words, request=HALF):
        with self.assertRaises(Problems) as caught:
            prune(graph, request, "m.onnx")
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_requests(self):
        graph = model([("Relu", ["x"], ["r"], "relu"), ("MatMul", ["r", "w"], ["y"], "head")], {"w": draw(4, 4)})
        self.refused(
            graph,
            "m.onnx: error: has no node 'haed' (did you mean 'head'?)",
            "m.onnx: error: node 'relu' (Relu) has no weights that would be pruned",
            request=Request(sparsity=0.5, exclude=("haed", "relu", "head")),
        )
        nothing = model([("Relu", ["x"], ["y"])], {})
        self.refused(nothing, "m.onnx: error: has no weights to prune: need constants that Conv")

    def test_weights_that_do_not_fit_their_node(self):
        nodes = [
            ("Conv", ["x", "matrix"], ["a"], "conv"),
            helper.make_node("ConvTranspose", ["a", "w"], ["b"], "up", group=3),
            ("Gemm", ["b", "w"], ["c"], "gemm"),
            ("DequantizeLinear", ["q", "scales"], ["d"]),
            ("MatMul", ["c", "d"], ["e"], "uneven"),
            helper.make_node("DequantizeLinear", ["q", "scales"], ["f"], axis=5),
            ("MatMul", ["c", "f"], ["g"], "far"),
            ("DequantizeLinear", ["q", "x"], ["h"]),
            ("MatMul", ["c", "h"], ["i"], "dynamic"),
            ("Reshape", ["matrix", "shape"], ["j"]),
            ("MatMul", ["c", "j"], ["k"], "reshaped"),
            helper.make_node("Gemm", ["c", "q"], ["l"], "kind", transB=1.5),
            ("MatMul", ["c", "damaged"], ["y"], "short"),
        ]
        constants = {
            "matrix": draw(4, 4),
            "w": draw(4, 4, 1, 1),
            "q": np.ones((4, 4), np.int8),
            "scales": np.arange(1, 4, dtype=np.float32),
            "shape": np.array([3, 5]),
            "damaged": draw(4, 4),
        }
        graph = model(nodes, constants)
        graph.graph.initializer[-1].raw_data = b"123"
        self.refused(
            graph,
            "conv: error: Conv has weights of shape [4, 4]; need [M, C, kernel...]",
            "up: error: ConvTranspose has 4 input channels in 3 groups; the groups must divide them",
            "gemm: error: Gemm has weights of shape [4, 4, 1, 1]; need a matrix",
            "uneven: error: MatMul has 3 scales for weights 'q' of shape [4, 4]; need 1 or 4",
            "far: error: MatMul has the axis 5 for weights of shape [4, 4]",
            "dynamic: error: MatMul has the scale 'x', which is computed; need a constant",
            "reshaped: error: MatMul",
            "kind: error: Gemm has the attribute transB of another kind",
            "short: error: MatMul has the constant 'damaged', which cannot be read",
        )

    def test_weights_that_are_not_numbers(self):
        graph = model([("MatMul", ["x", "w"], ["y"], "p")], {"w": np.array([[1, np.nan]], np.float32)})
        self.refused(graph, "p: error: MatMul has weights 'w' that are not a number; need numbers")


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="dnnc-prune.")))

    def command(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([str(w) for w in words])
            except SystemExit as end:
                code = end.code
        return code, out.getvalue(), err.getvalue()

    def test_sparse_initializers_mean_the_same(self):
        for name, form in (("resnet18_small", None), ("squeezenet_small", None), ("unet_small", "qdq-s8s8")):
            source = networks.path(name) if form is None else quantized.path(name, form)
            dense, sparse = self.folder / "dense.onnx", self.folder / "sparse.onnx"
            self.assertEqual(self.command(source, "-o", dense, "--sparsity", "0.8")[0], 0)
            self.assertEqual(self.command(source, "-o", sparse, "--sparsity", "0.8", "--sparse-initializers")[0], 0)
            onnx.checker.check_model(str(sparse))
            written = onnx.load(sparse)
            self.assertGreater(len(written.graph.sparse_initializer), 5)
            inputs = networks.inputs(onnx.load(dense))
            for a, b in zip(run(dense, inputs), run(sparse, inputs)):
                np.testing.assert_array_equal(a, b)
            again = self.folder / "again.onnx"  # sparse in, dense out
            self.assertEqual(self.command(sparse, "-o", again, "--sparsity", "0.8")[0], 0)
            before, after = ({t.name: t for t in onnx.load(f).graph.initializer} for f in (dense, again))
            for name, tensor in before.items():
                np.testing.assert_array_equal(numpy_helper.to_array(tensor), numpy_helper.to_array(after[name]))

    def test_quantized_forms(self):
        for form in quantized.FORMS:
            with self.subTest(form):
                source, pruned = quantized.path("resnet18_small", form), self.folder / f"{form}.onnx"
                code, out, _ = self.command(source, "-o", pruned, "--pattern", "2:4", "--keep-first")
                self.assertEqual(code, 0)
                self.assertEqual(len(out.splitlines()), 23)  # head, 20 convolutions, fc, sum
                self.assertIn("kept: the first convolution", out)
                run(pruned, networks.inputs(onnx.load(pruned)))

    def test_the_same_again(self):
        source = networks.path("resnet18_small")
        files = [self.folder / "a.onnx", self.folder / "b.onnx"]
        for file in files:
            self.command(source, "-o", file, "--sparsity", "0.7", "--scope", "global", "--sparse-initializers")
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())

    def test_external_data(self):
        graph = model([("MatMul", ["x", "w"], ["y"])], {"w": draw(64, 64)}, shape=(1, 64))
        source = self.folder / "in.onnx"
        onnx.save(graph, source, save_as_external_data=True, location="in.bin", size_threshold=0)
        out = self.folder / "out.onnx"
        for _ in range(2):  # a second run replaces both files
            self.assertEqual(self.command(source, "-o", out, "--sparsity", "0.5")[0], 0)
            self.assertEqual((self.folder / "out.onnx.data").stat().st_size, 64 * 64 * 4)
        self.assertEqual(np.count_nonzero(constant(onnx.load(out), "w") == 0), 2048)
        self.assertEqual(run(out, {"x": np.ones((1, 64), np.float32)})[0].shape, (1, 64))
        files = sorted(p.name for p in self.folder.iterdir())
        self.assertEqual(files, ["in.bin", "in.onnx", "out.onnx", "out.onnx.data"])
        code, _, err = self.command(source, "-o", source, "--sparsity", "0.5")
        self.assertEqual(code, 1)
        self.assertIn("would overwrite", err)
        self.assertIn("belongs to the input; write to another file", err)
        (self.folder / "in.bin").rename(self.folder / "x.onnx.data")
        graph = onnx.load(source, load_external_data=False)
        graph.graph.initializer[0].external_data[0].value = "x.onnx.data"
        source.write_bytes(graph.SerializeToString())
        self.assertIn("would overwrite", self.command(source, "-o", self.folder / "x.onnx", "--sparsity", "0.5")[2])
        (self.folder / "x.onnx.data").unlink()
        code, _, err = self.command(source, "-o", out, "--sparsity", "0.5")
        self.assertEqual(code, 1)
        self.assertIn("error: initializer 'w' has external data that cannot be read", err)

    def test_files_that_are_no_models(self):
        good = model([("MatMul", ["x", "w"], ["y"])], {"w": draw(4, 4)}).SerializeToString()
        for name, content, words in (
            ("cut.onnx", good[:-20], "is not an ONNX model, or is truncated"),
            ("name.onnx", good.replace(b"MatMul", b"Mat\xfful"), "has an operator whose name is not UTF-8"),
            ("empty.onnx", b"", "is not an ONNX model: its 0 bytes have no graph"),
            ("text.onnxtxt", b"no model", "is not an ONNX model, or is truncated"),
            ("folder", None, "cannot be read: Is a directory"),
        ):
            with self.subTest(name):
                path = self.folder / name
                path.mkdir() if content is None else path.write_bytes(content)
                code, _, err = self.command(path, "-o", self.folder / "o.onnx", "--sparsity", "0.5")
                self.assertEqual(code, 1)
                self.assertIn(f"{path}: error: {words}", err)
        (self.folder / "good.onnx").write_bytes(good)
        for output in ("missing/o.onnx", "folder"):
            code, _, err = self.command(self.folder / "good.onnx", "-o", self.folder / output, "--sparsity", "0.5")
            self.assertEqual(code, 1)
            self.assertIn(f"{output}: error: cannot be written", err)

    def test_damaged_models_end_in_an_error(self):
        whole = networks.path("mobilenet_v2_small").read_bytes()
        path, rng = self.folder / "damaged.onnx", np.random.default_rng(1)
        for i in range(40):
            content = bytearray(whole)
            for at in rng.integers(0, len(content) if i % 2 else 3000, 3):
                content[at] ^= 1 << rng.integers(8)
            path.write_bytes(content)
            code, _, err = self.command(path, "-o", self.folder / "o.onnx", "--pattern", "2:4", "--sparse-initializers")
            self.assertIn(code, (0, 1))
            self.assertTrue(code == 0 or "error: " in err)


class SparseTensors(unittest.TestCase):
    def test_round_trip(self):
        for array in (np.eye(3, dtype=np.float32), np.zeros((2, 2), np.int8), np.arange(1, 4), draw(2, 3, 4) * 0):
            np.testing.assert_array_equal(sparse_tensor.to_dense(sparse_tensor.from_dense(array, "w")), array)

    def test_coordinates(self):
        values, indices = np.array([1, 2], np.int8), np.array([[0, 2], [1, 0]])
        sparse = helper.make_sparse_tensor(numpy_helper.from_array(values), numpy_helper.from_array(indices), [2, 3])
        self.assertEqual(sparse_tensor.to_dense(sparse).tolist(), [[0, 0, 1], [2, 0, 0]])

    def test_damage(self):
        for values, indices, shape, words in (
            ([1], [0], [], "has the shape []"),
            ([1], [0], [0, 3], "has the shape [0, 3]"),
            ([1, 2], np.array([0, 1], np.int32), [4], "has indices of int32"),
            ([1, 2], [0], [4], "need [N] or [N, 1] for [N]"),
            ([[1]], [0], [4], "for values of shape [1, 1]"),
            ([1, 2], [[0, 0, 0], [1, 1, 1]], [2, 2], "need [N] or [N, 2] for [N]"),
            ([1], [4], [2, 2], "has indices outside of its shape [2, 2]"),
            ([1], [-1], [2, 2], "has indices outside of its shape [2, 2]"),
            ([1], [[0, 2]], [2, 2], "has indices outside of its shape [2, 2]"),
            ([1, 2], [1, 1], [4], "do not ascend, or repeat"),
            ([1, 2], [[1, 0], [0, 1]], [2, 2], "do not ascend, or repeat"),
        ):
            with self.subTest(words):
                arrays = [numpy_helper.from_array(np.array(a)) for a in (values, indices)]
                with self.assertRaises(ValueError) as caught:
                    sparse_tensor.to_dense(helper.make_sparse_tensor(*arrays, shape))
                self.assertIn(words, str(caught.exception))


class LargeSparseTensors(unittest.TestCase):
    def test_a_small_file_may_not_ask_for_all_memory(self):
        with tempfile.TemporaryDirectory(prefix="dnnc-prune.") as folder:
            path = Path(folder) / "m.onnx"
            graph = model([("MatMul", ["x", "w"], ["y"])], {})
            tensor = sparse_tensor.from_dense(np.eye(4, dtype=np.float32), "w")
            tensor.dims[:] = [1 << 20, 1 << 20]
            graph.graph.sparse_initializer.append(tensor)
            path.write_bytes(graph.SerializeToString())
            with self.assertRaisesRegex(Problems, "'w' and those before it have 4398046511104 bytes"):
                ModelFile(path)


class Names(unittest.TestCase):
    def test_unnamed_nodes_are_called_as_dnnc_does(self):
        nodes = [
            ("Relu", ["x"], ["a"]),
            ("Neg", ["a"], ["b"], "n"),
            ("Abs", ["b"], ["c"], "n"),
            ("Exp", ["c"], ["y"], "Relu_0"),
        ]
        self.assertEqual(layers.names(model(nodes, {})), ["Relu_0_1", "n", "Abs_2", "Relu_0"])


if __name__ == "__main__":
    unittest.main()
