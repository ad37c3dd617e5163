"""The networks of the tests are valid models, hold what they are there for, and come out the same each
time.
"""

import unittest

import numpy as np
import onnx

from dnnc.model_file import ModelFile
from dnnc.prune import prune

from dnnc_test import judge, networks, pruned, random_graph
from dnnc_test.graph import Graph


class Networks(unittest.TestCase):
    def test_each_is_valid(self):
        for name in [*networks.BUILT, *networks.SMALL]:
            with self.subTest(name):
                onnx.checker.check_model(networks.structure(name), full_check=True)

    def test_light_networks_keep_their_names(self):
        kept = {n.name for n in networks.structure("resnet50").graph.node if n.op_type != "ConstantOfShape"}
        built = networks.build("squeezenet", size=(65, 65))
        self.assertTrue(kept >= {"n0", "n1"})
        self.assertNotIn("ConstantOfShape", {n.op_type for n in built.graph.node})

    def test_same_seed_same_weights(self):
        a, b, c = (networks.build("resnet18_small", seed=s).SerializeToString() for s in (0, 0, 1))
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_activations_neither_explode_nor_vanish(self):
        for name in networks.SMALL:
            with self.subTest(name):
                model = networks.build(name)
                graph = Graph(model)
                convolutions = [n.outputs[0] for n in graph.nodes if n.op == "Conv"]
                for tensor, value in judge.run(model, networks.inputs(model), convolutions).items():
                    if tensor in convolutions:
                        self.assertGreater(float(value.std()), 1e-3, tensor)
                        self.assertLess(float(np.abs(value).max()), 1e3, tensor)

    def test_forms_of_exporters_are_there(self):
        operators = {n.op_type for name in networks.BUILT for n in networks.structure(name).graph.node}
        self.assertLessEqual(
            {
                "ReduceMean",
                "HardSwish",
                "HardSigmoid",
                "ConvTranspose",
                "Clip",
                "Shape",
                "Gather",
                "Sigmoid",
                "BatchNormalization",
                "GlobalAveragePool",
                "Flatten",
                "Concat",
            },
            operators,
        )


class Pruned(unittest.TestCase):
    def test_pruned_copies_have_their_zeros_in_every_form(self):
        for variant, density in (("2:4", 0.5), ("90%", 0.1)):
            for form in (None, "qdq-s8s8"):
                with self.subTest(variant=variant, form=form):
                    source = pruned.path("resnet18_small", variant, form)
                    rows = prune(ModelFile(source).model, pruned.request(variant))
                    self.assertEqual(rows[0].note, "kept: the first convolution")
                    for row in rows[1:]:
                        self.assertLess(1 - row.zeros_before / row.elements, density + 0.01)
                        if form is None or variant == "2:4":  # quantization adds ties to magnitudes, not to patterns
                            self.assertEqual(row.zeros_after, row.zeros_before)

    def test_pruned_copies_stay_in_balance(self):
        zeros = []
        dense = networks.path("resnet18_small")
        for path in (dense, pruned.path("resnet18_small", "2:4", None), pruned.path("resnet18_small", "70%", None)):
            model = onnx.load(path)
            activations = [n.outputs[0] for n in Graph(model).nodes if n.op == "Relu"]
            run = judge.run(model, networks.inputs(model), activations)
            zeros.append(np.mean([float((run[t] == 0).mean()) for t in activations]))
        self.assertLess(max(zeros) - min(zeros), 0.03)


class RandomGraphs(unittest.TestCase):
    def test_each_is_valid_and_the_same_again(self):
        for seed in range(60):
            with self.subTest(seed):
                case = random_graph.generate(seed)
                onnx.checker.check_model(case.model, full_check=True)
                self.assertEqual(
                    case.model.SerializeToString(), random_graph.generate(seed).model.SerializeToString()
                )

    def test_a_smaller_one_is_its_beginning(self):
        for seed in range(20):
            ops = [
                [
                    n.op_type
                    for n in random_graph.generate(seed, size).model.graph.node
                    if "Linear" not in n.op_type
                ]
                for size in (4, 8)
            ]
            self.assertEqual(ops[1][: len(ops[0])], ops[0])


if __name__ == "__main__":
    unittest.main()
