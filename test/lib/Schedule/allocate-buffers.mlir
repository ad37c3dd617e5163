// RUN: dnnc-opt --allocate-buffers=target=%source/test/targets/tiny.yaml %s | FileCheck %s
// RUN: dnnc-opt --allocate-buffers=target=%source/test/targets/clusters.yaml %s | FileCheck %s --check-prefix=APART
// RUN: not dnnc-opt --allocate-buffers=target=no-such-machine %s 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: {{.*}}no-such-machine

// Nests fill a memory from its two ends in turn; every slot has room, and a buffer begins at 16 bytes.
// CHECK: acc.nest node 0
// CHECK: acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<17xi8, ifmap, slots = 2>
// CHECK: acc.buffer {address = 48 : i64, memory = 0 : i64} : !acc.buffer<5xi32, weight, slots = 1>
// CHECK: acc.buffer {address = 80 : i64, memory = 0 : i64} : !acc.buffer<5xi32, psum, slots = 1>
// CHECK: acc.buffer {address = 112 : i64, memory = 0 : i64} : !acc.buffer<5xi8, vector, slots = 1>
// CHECK: acc.nest node 1
// CHECK: acc.buffer {address = 32736 : i64, memory = 0 : i64} : !acc.buffer<17xi8, ifmap, slots = 1>
// CHECK: acc.buffer {address = 32720 : i64, memory = 0 : i64} : !acc.buffer<1xi8, ofmap, slots = 1>
// CHECK: acc.nest node 2
// CHECK: acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<32768xi8, vector, slots = 1>

// Memories apart: each operand in the first that holds it, filled on its own. A FIFO has no addresses. A memory of the clusters
// is the sum of its instances: 8 of 9216 bytes.
// APART: acc.nest node 0
// APART: acc.buffer {address = 0 : i64, memory = 0 : i64} : !acc.buffer<17xi8, ifmap, slots = 2>
// APART: acc.buffer {address = 0 : i64, memory = 2 : i64} : !acc.buffer<5xi32, weight, slots = 1>
// APART: acc.buffer {address = 0 : i64, memory = 1 : i64} : !acc.buffer<5xi32, psum, slots = 1>
// APART: acc.buffer {address = 0 : i64, memory = 3 : i64} : !acc.buffer<5xi8, vector, slots = 1>
// APART: acc.nest node 1
// APART: acc.buffer {address = 73696 : i64, memory = 0 : i64} : !acc.buffer<17xi8, ifmap, slots = 1>
// APART: acc.buffer {address = 65520 : i64, memory = 1 : i64} : !acc.buffer<1xi8, ofmap, slots = 1>
func.func @main() {
  acc.nest node 0 "n" from [] {
    %i = acc.buffer : !acc.buffer<17xi8, ifmap, slots = 2>
    %w = acc.buffer : !acc.buffer<5xi32, weight, slots = 1>
    %p = acc.buffer : !acc.buffer<5xi32, psum, slots = 1>
    %v = acc.buffer : !acc.buffer<5xi8, vector, slots = 1>
  }
  acc.nest node 1 "n" from [] {
    %i = acc.buffer : !acc.buffer<17xi8, ifmap, slots = 1>
    %o = acc.buffer : !acc.buffer<1xi8, ofmap, slots = 1>
  }
  acc.nest node 2 "n" from [] {
    %v = acc.buffer : !acc.buffer<32768xi8, vector, slots = 1>
  }
  return
}
