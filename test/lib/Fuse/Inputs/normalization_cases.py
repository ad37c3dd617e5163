"""Softmax, log_softmax, lrn and batch_norm on a fixed tensor, float and quantized."""

values = ", ".join(f"{((i * 53) % 101 - 50) / 8}" for i in range(48))
codes = ", ".join(str((i * 53) % 256) for i in range(48))
real, quantized = "tensor<2x6x4xf32>", "tensor<2x6x4x!quant.uniform<u8:f32, 6.25e-02:100>>"
ops = [f"dnn.{op} %x {{axis = {axis}}}" for op in ("softmax", "log_softmax") for axis in (0, 1, 2)]
ops += [f"dnn.lrn %x {{size = {size}, alpha = 0.5 : f32, bias = 2.0 : f32}}" for size in (1, 2, 3, 4, 7)]
ops += ["dnn.batch_norm %x, %s, %b, %m, %v {epsilon = 0.01 : f32}"]
number = 0
for op in ops:
    for x, y in ((real, real), (quantized, quantized)):
        flat, storage, element = ("48xf32", values, "f32") if x == real else ("48xui8", codes, "u8")
        names = ", ".join(["%x"] + [f"%{name}" for name in "sbmv" if f"%{name}," in op or f"%{name} " in op])
        types = ", ".join([x] + ["tensor<6xf32>"] * (names.count("%") - 1))
        print(f"""func.func @case{number}() -> {y} {{
  %flat = dnn.constant {{value = dense<[{storage}]> : tensor<{flat}>}} : () -> tensor<{flat}>
  %shaped = dnn.reshape %flat : (tensor<{flat}>) -> tensor<2x6x4x{flat.split('x')[1]}>""")
        if x == real:
            print(f"  %x = dnn.reshape %shaped : ({real}) -> {real}")
        else:
            print(f"  %x = dnn.storage_cast %shaped : (tensor<2x6x4xui8>) -> {quantized}")
        for name, start in zip("sbmv", (0.5, -1.0, 0.25, 1.0)):
            vector = ", ".join(f"{start + 0.3 * i:.4f}" for i in range(6))
            print(f"  %{name} = dnn.constant {{value = dense<[{vector}]> : tensor<6xf32>}} : () -> tensor<6xf32>")
        print(f"  %y = {op} : ({types}) -> {y}\n  return %y : {y}\n}}")
        number += 1
