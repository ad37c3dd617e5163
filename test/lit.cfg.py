# lit's view of the tests: FileCheck tests beside what they test, mirroring the source tree.
import os
import sys

import lit.formats

config.name = "dnnc"
config.suffixes = [".mlir", ".onnxtxt", ".test", ".td"]
config.excludes = ["unit", "Inputs"]
config.test_source_root = os.path.join(config.dnnc_source_dir, "test")
config.test_exec_root = os.path.join(config.dnnc_binary_dir, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.dnnc_binary_dir, "bin"), config.llvm_tools_dir, os.environ.get("PATH", "")]
)
config.environment["PYTHONPATH"] = os.path.join(config.dnnc_source_dir, "test")
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
config.substitutions += [
    ("%python", config.python),
    ("%source", config.dnnc_source_dir),
    ("%mlir_include", config.mlir_include_dir),
    ("%llvm_include", config.llvm_include_dir),
    ("%unit", os.path.join(config.dnnc_binary_dir, "unit")),
]

# In a module of its own: lit hands tests to its workers by pickling, and a class defined here cannot be found again.
sys.path.insert(0, os.path.join(config.dnnc_source_dir, "test"))
from checked_format import CheckedShTest  # noqa: E402

config.test_format = CheckedShTest(execute_external=False)
