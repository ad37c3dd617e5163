"""Writes arrays with NumPy (write FOLDER) and compares what came back (compare FOLDER)."""
import os
import sys

import numpy

TYPES = ["int8", "uint8", "int16", "uint16", "int32", "int64", "float16", "float32", "bool"]


def arrays():
    random = numpy.random.default_rng(1)
    for type_name in TYPES:
        for shape in [(), (3,), (2, 3, 4)]:
            yield f"{type_name}_{len(shape)}", numpy.asarray(random.integers(0, 100, shape)).astype(type_name)


def write(folder):
    for name, array in arrays():
        numpy.save(f"{folder}/numpy/{name}.npy", array)
    column_major = numpy.asfortranarray(numpy.arange(24, dtype="int32").reshape(2, 3, 4))
    numpy.save(f"{folder}/numpy/column_major.npy", column_major)
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(f"{folder}/numpy/version_{version[0]}.npy", "wb") as file:
            numpy.lib.format.write_array(file, numpy.arange(5, dtype="uint16"), version=version)
    named = dict(arrays())
    some = {"in/x:0": named["float32_3"], "größe": named["bool_3"], "column_major": column_major}
    numpy.savez(f"{folder}/numpy/stored.npz", **some)
    numpy.savez_compressed(f"{folder}/numpy/deflated.npz", **dict(list(named.items())[:23]))


def compare(folder):
    files = sorted(os.listdir(f"{folder}/numpy"))
    count = 0
    for file in files:
        theirs, ours = numpy.load(f"{folder}/numpy/{file}"), numpy.load(f"{folder}/ours/{file}")
        if file.endswith(".npy"):
            theirs, ours = {"": theirs}, {"": ours}
        assert list(theirs) == list(ours), file
        for name in theirs:
            a, b = theirs[name], ours[name]
            assert a.dtype == b.dtype and a.shape == b.shape and numpy.array_equal(a, b), (file, name)
            assert b.flags.c_contiguous
            count += 1
    print(f"{len(files)} files hold the same {count} arrays")


{"write": write, "compare": compare}[sys.argv[1]](sys.argv[2])
