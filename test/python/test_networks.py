"""The networks of the tests are valid models, hold what they are there for, and come out the same each
time.
"""

import unittest

import numpy as np
import onnx

from dnnc_test import judge, networks, random_graph
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
