"""Resizes of many shapes: nearest of whole numbers (exact), and linear."""

import itertools
import sys

kind = sys.argv[1]
sizes = [(3, 6), (3, 9), (4, 7), (6, 3), (5, 3), (4, 4), (2, 1), (1, 5), (7, 7)]
coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"]
rounding = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] if kind == "nearest" else ["floor"]
for number, (size, coordinate, nearest) in enumerate(itertools.product(sizes, coordinates, rounding)):
    other = sizes[(number * 5 + 2) % len(sizes)]
    count = size[0] * other[0]
    shape, result = f"tensor<1x{size[0]}x{other[0]}xf32>", f"tensor<1x{size[1]}x{other[1]}xf32>"
    values = ", ".join(f"{(i * 37 % 64) / 8}" for i in range(count))
    scales = f"1.0, {size[1] / size[0]:.9e}, {other[1] / other[0]:.9e}"
    print(f"""func.func @case{number}() -> {result} {{
  %flat = dnn.constant {{value = dense<[{values}]> : tensor<{count}xf32>}} : () -> tensor<{count}xf32>
  %x = dnn.reshape %flat : (tensor<{count}xf32>) -> {shape}
  %y = dnn.resize %x {{mode = #dnn.resize_mode<{kind}>, scales = array<f32: {scales}>,
      coordinate_mode = #dnn.coordinate_mode<{coordinate}>, nearest_mode = #dnn.nearest_mode<{nearest}>}} : ({shape}) -> {result}
  return %y : {result}
}}""")
