// RUN: dnnc-opt --allocate-buffers=target=%source/test/targets/tiny.yaml --split-input-file --verify-diagnostics %s

func.func @capacity() {
  acc.nest node 0 "n" from [] {
    %i = acc.buffer : !acc.buffer<16000xi8, ifmap, slots = 2>
  }
  // Every nest that is too large says so.
  // expected-error @below {{needs 32784 bytes of memory 'glb', which has 32768; choose smaller tiles}}
  acc.nest node 1 "n" from [] {
    %i = acc.buffer : !acc.buffer<16384xi8, ifmap, slots = 2>
    %o = acc.buffer : !acc.buffer<1xi8, ofmap, slots = 1>
  }
  // expected-error @below {{needs 40000 bytes of memory 'glb', which has 32768; choose smaller tiles}}
  acc.nest node 2 "n" from [] {
    %i = acc.buffer : !acc.buffer<10000xf32, vector, slots = 1>
  }
  return
}
