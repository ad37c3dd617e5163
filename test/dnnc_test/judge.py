"""ONNX Runtime as the judge, with the session options under which its kernels do what the standard says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def run(
    model: Path | onnx.ModelProto,
    inputs: dict[str, np.ndarray],
    tensors: list[str] | None = None,
    optimized: bool = True,
    signed: bool | None = True,
    threads: int = 0,
) -> dict[str, np.ndarray]:
    """The outputs, and the named intermediate tensors where they exist. `signed`: activations are int8
    (S8S8).
    """
    session, names = session_for(model, tensors, optimized, signed, threads)
    return dict(zip(names, session.run(names, inputs)))


def session_for(model, tensors=None, optimized=True, signed=True, threads=0):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimized else level.ORT_DISABLE_ALL
    if signed is None:
        pass
    elif signed:
        options.add_session_config_entry("session.qdqisint8allowed", "1")
    else:
        options.add_session_config_entry("session.x64quantprecision", "1")
    if isinstance(model, Path):
        proto, folder = onnx.load(model, load_external_data=False), model.parent
    else:
        proto, folder = model, None
    external = any(t.data_location == onnx.TensorProto.EXTERNAL for t in proto.graph.initializer)
    present = {o.name for o in proto.graph.output}
    made = {t for n in proto.graph.node for t in n.output}
    extra = [t for t in tensors or [] if t in made and t not in present]
    if not extra and folder is not None:
        data = str(model)
    else:
        proto.graph.output.extend(onnx.ValueInfoProto(name=t) for t in extra)
        if external:  # the data is found beside the model's file only
            data = str(folder / f".judge-{abs(hash(tuple(extra)))}.onnx")
            onnx.save(proto, data)
        else:
            data = proto.SerializeToString()
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    finally:
        if isinstance(data, str) and Path(data).name.startswith(".judge-"):
            Path(data).unlink(missing_ok=True)
    return session, [o.name for o in session.get_outputs()]
