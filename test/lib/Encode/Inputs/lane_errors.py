"""Lane programs that have no steps, each in a task of its own, with the error that is due."""

CASES = [
    # (error, the line before which it is due, lines of the program on %x: i32 and %f: f32)
    ("is no step of a lane program", 0, ["%s = arith.xori %x, %x : i32"]),
    ("is no step of a lane program", 0, ["%s = arith.remsi %x, %x : i32"]),
    (
        "compares with a predicate that lanes do not have; they have olt, ole, ogt, oge and oeq",
        0,
        ["%p = arith.cmpf une, %f, %f : f32", "%s = arith.extui %p : i1 to i32"],
    ),
    (
        "compares with a predicate that lanes do not have; they have slt, sle, sgt, sge, eq and ne",
        0,
        ["%p = arith.cmpi ult, %x, %x : i32", "%s = arith.extui %p : i1 to i32"],
    ),
    (
        "joins bits of 'i64'; lanes do so in i32",
        1,
        ["%w = arith.extsi %x : i32 to i64", "%a = arith.andi %w, %w : i64", "%s = arith.trunci %a : i64 to i32"],
    ),
    # 254 constants and both inputs take all registers.
    (
        "needs more than 256 registers in its lane program",
        254,
        [f"%k{i} = arith.constant {i} : i32" for i in range(254)]
        + ["%g = arith.fptosi %f : f32 to i32", "%a0 = arith.addi %x, %k0 : i32"]
        + [f"%a{i} = arith.addi %a{i - 1}, %k{i} : i32" for i in range(1, 254)]
        + ["%t = arith.addi %x, %a253 : i32", "%u = arith.sitofp %t : i32 to f32"]
        + ["%v = arith.addf %u, %f : f32", "%w = arith.fptosi %v : f32 to i32", "%s = arith.addi %w, %g : i32"],
    ),
]

BUFFER, FLOATS = "!acc.buffer<4xi8, vector, slots = 1>", "!acc.buffer<4xf32, vector, slots = 1>"
SLOTS = ", ".join(["affine_map<() -> (0)>"] * 3)
for number, (error, at, lines) in enumerate(CASES):
    if number:
        print("// -----\n")
    body = lines[:at] + [f"// expected-error @below {{{{{error}}}}}"] + lines[at:]
    print(
        f"""func.func @case{number}() attributes {{acc.activation_bytes = 0 : i64, acc.constant_bytes = 0 : i64}} {{
  acc.nest node 0 "map" from [] {{
    %b = acc.buffer {{memory = 0 : i64, address = 0 : i64}} : {BUFFER}
    %c = acc.buffer {{memory = 0 : i64, address = 64 : i64}} : {FLOATS}
    acc.vector_map %b, %c into %b slots [{SLOTS}] {{
      extents = array<i64: 4>, offsets = affine_map<() -> (0)>, bounds = array<i64: 4>, input_strides = array<i64: 1, 1>,
      output_strides = array<i64: 1>}} : ({BUFFER}, {FLOATS}, {BUFFER}) -> () {{
    ^bb0(%x: i32, %f: f32):
      """
        + "\n      ".join(body)
        + """
      acc.yield %s : i32
    }
  }
  return
}
"""
    )
