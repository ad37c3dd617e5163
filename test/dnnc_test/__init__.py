"""Networks, quantized models, the golden evaluator and the runners that dnnc's Python tests share."""
