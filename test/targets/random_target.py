"""Seeded random targets: `random_target(seed)` gives the YAML text of a valid one, always the same.

On-chip memory 32 KiB to 2 MiB in all, arrays of 1x1 to 16x16 PEs, one memory or several, per cluster or
shared, weights through a FIFO on some; half of them skip zeros, and most have an operand that travels compressed or
a codec. `random_target.py SEED` prints one, `random_target.py SEED COUNT FOLDER`
writes COUNT of them as FOLDER/random_SEED.yaml.
"""
import random
import sys

OPERANDS = ["ifmap", "weight", "param", "psum", "ofmap", "vector"]
# How the operands share memories, and each memory's part of the bytes.
LAYOUTS = {
    "one": [(OPERANDS, 1.0)],
    "inputs_outputs": [(["ifmap", "weight", "param"], 0.5), (["psum", "ofmap", "vector"], 0.5)],
    "weights_apart": [(["weight", "param"], 0.25), (["ifmap", "psum", "ofmap", "vector"], 0.75)],
    "many": [(["ifmap"], 0.25), (["weight"], 0.25), (["psum", "ofmap"], 0.25), (["param", "vector"], 0.25)],
    "fifo": [(["weight"], 0.125), (["ifmap", "param", "psum", "ofmap", "vector"], 0.875)],
}


def skipping_of(zeros):
    """What half of the targets skip, and whether that excludes gating."""
    if zeros.random() < 0.5:
        return "", False
    ifmap, weight = zeros.choice([(True, True), (True, True), (True, False), (False, True)])
    macs = zeros.choice(["independent", "lockstep"])
    depthwise = f"{{macs: {zeros.choice([0, 0, 1])}, ifmap: {zeros.choice(['true', 'false'])}}}"
    yaml = lambda flag: "true" if flag else "false"
    places = f", places_filters: {yaml(zeros.random() < 0.7)}" if weight else ""
    text = f"{{ifmap: {yaml(ifmap)}, weight: {yaml(weight)}, macs: {macs}{places}, depthwise: {depthwise}}}"
    return f"\n  skipping: {text}", ifmap or macs == "lockstep"


def random_target(seed):
    rng = random.Random(seed)
    columns_of = lambda limit: rng.choice([n for n in (1, 2, 3, 4, 5, 7, 8, 12, 16) if n <= limit])
    pe_rows, pe_columns = columns_of(16), columns_of(16)
    cluster_rows, cluster_columns = columns_of(16 // pe_rows), columns_of(16 // pe_columns)
    clusters = cluster_rows * cluster_columns

    # Drawn apart, so that the rest of a seed's target stays what it was.
    more, zeros = random.Random(f"more {seed}"), random.Random(f"zeros {seed}")
    flag = lambda share: "true" if more.random() < share else "false"
    psum_bits = more.choice([16, 20, 24, 32, 32, 32])
    rlc, slides, prefetch = flag(0.4), flag(0.5), flag(0.5)
    streams = {name: flag(0.3) for name in ("ifmap", "weight", "psum")}
    behavior = f"psums_start_in_memory: {flag(0.3)}\n  fills_in_turn: {flag(0.3)}"
    skipping, excludes_gating = skipping_of(zeros)
    behavior += skipping
    if more.random() < 0.4 and not excludes_gating:
        gated = "mac: true, mac_pj: 0.01" if more.random() < 0.7 else "mac: false"
        behavior += f"\n  zero_gating: {{{gated}, weight_spad: {flag(0.5)}, psum_spad: {flag(0.5)}}}"

    total = rng.choice([32, 48, 64, 96, 128, 256, 512, 1024, 2048]) * 1024
    layout = rng.choices(list(LAYOUTS), weights=[4, 2, 2, 2, 1])[0]
    memories = []
    for index, (holds, part) in enumerate(LAYOUTS[layout]):
        size = int(total * part)
        divisible = clusters > 1 and size % clusters == 0 and size // clusters >= 1024
        per_cluster = divisible and rng.random() < 0.4
        size = size // clusters if per_cluster else size
        banks = rng.choice([n for n in (1, 2, 4, 8, 16) if size % (16 * n) == 0])
        memories.append(f"""\
  - name: m{index}
    kind: {"fifo" if layout == "fifo" and holds == ["weight"] else "sram"}
    holds: [{", ".join(holds)}]
    bytes: {size}
    per_cluster: {"true" if per_cluster else "false"}
    banks: {banks}
    read_bytes_per_cycle: {rng.choice([4, 8, 16, 32, 64, 256])}
    write_bytes_per_cycle: {rng.choice([4, 8, 16, 32, 64, 256])}
    read_pj_per_byte: {rng.choice([0.5, 1, 2])}
    write_pj_per_byte: {rng.choice([0.5, 1, 2])}
    prefetch: {prefetch if holds == ["weight"] else "false"}
""")

    def spad(name, words, bits, extra=""):
        double = rng.choice(["true", "false"])
        return (f"{{words: {rng.choice(words)}, bits: {bits}, double_buffered: {double}, "
                f"streams: {streams[name]}, {extra}"
                "read_pj_per_word: 0.05, write_pj_per_word: 0.1}")

    def noc(compresses=True):
        width = rng.choice([1, 2, 4, 8, 16, 32, 64])
        multicast = "true" if rng.random() < 0.8 else "false"
        zeros_are = f", format: {zeros.choice(['dense', 'csc', 'bitmask'])}" if compresses else ""
        return f"{{bytes_per_cycle: {width}, multicast: {multicast}, hop_pj_per_byte: 0.05{zeros_are}}}"

    rates = "{int8: 1, uint8: 1, int16: 0.5, float32: %s}" % rng.choice([0.125, 0.25, 0.5, 1])
    return f"""\
# random_target.py {seed}: layout {layout}
name: random_{seed}
clock_mhz: {rng.choice([100, 200, 500, 800])}
dram:
  bytes: 4294967296
  bandwidth: {rng.choice([0.5, 1.6, 6.4, 12.8, 51.2])}
  latency_cycles: {rng.choice([0, 10, 50, 200])}
  burst_bytes: {rng.choice([1, 8, 32, 64])}
  pj_per_byte: {rng.choice([40, 100])}
  codecs: {{rlc: {rlc}, {", ".join(f"{name}: {zeros.choice(['true', 'false'])}" for name in ("bitmask", "csc", "nm"))}}}
  codec_pj_per_byte: 0.5
memories:
{"".join(memories)}\
array:
  cluster_rows: {cluster_rows}
  cluster_columns: {cluster_columns}
  pe_rows: {pe_rows}
  pe_columns: {pe_columns}
  macs_per_pe: {rng.choice([1, 1, 2, 4])}
  pipeline_depth: {rng.choice([1, 2, 5])}
  {behavior}
  mac_rate: {rates}
  mac_pj: {{int8: 0.2, uint8: 0.2, int16: 0.6, float32: 2}}
  ifmap_spad: {spad("ifmap", [8, 12, 32, 64], 8, f"slides: {slides}, ")}
  weight_spad: {spad("weight", [16, 50, 128, 224], 8)}
  psum_spad: {spad("psum", [1, 4, 16, 32], psum_bits)}
  ifmap_noc: {noc()}
  weight_noc: {noc()}
  psum_noc: {noc(compresses=False)}
vector:
  lanes: {rng.choice([1, 2, 5, 16, 32])}
  pipeline_steps: {rng.choice([1, 4, 16])}
  special_function_cycles: {rng.choice([0, 1, 4])}
  port_bytes_per_cycle: {rng.choice([4, 16, 64, 128])}
  step_pj: 0.3
overlap_transfers: {"true" if rng.random() < 0.8 else "false"}
leakage_mw: {rng.choice([0, 5, 80])}
clock_network_pj_per_cycle: {rng.choice([0, 20])}
"""


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(random_target(int(sys.argv[1])), end="")
    elif len(sys.argv) == 4:
        for each in range(int(sys.argv[1]), int(sys.argv[1]) + int(sys.argv[2])):
            with open(f"{sys.argv[3]}/random_{each}.yaml", "w") as file:
                file.write(random_target(each))
    else:
        sys.exit(__doc__)
