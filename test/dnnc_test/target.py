"""Random targets (test/targets/random_target.py), wherever the script that asks for them stands."""

import importlib.util

from dnnc_test.cache import ROOT

_spec = importlib.util.spec_from_file_location(
    "random_target", ROOT / "test" / "targets" / "random_target.py"
)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

random_target = _module.random_target
