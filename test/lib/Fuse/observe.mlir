// RUN: dnnc-opt --observe="nodes=t1,x,node2" %s | FileCheck %s --check-prefix=SOME
// RUN: dnnc-opt --observe="nodes=all" %s | FileCheck %s --check-prefix=ALL
// RUN: not dnnc-opt --observe="nodes=tt1,zzzzzzzz" %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// SOME: func.func @main(%{{.*}}) -> (tensor<4xf32> {dnn.name = "y"}, tensor<4xf32> {dnn.name = "t1", dnn.observed}, tensor<4xf32> {dnn.name = "node2", dnn.observed})
// SOME: return %[[Y:.*]], %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
// The output itself is there already, unnamed tensors and constants are not taken.
// ALL: -> (tensor<4xf32> {dnn.name = "y"}, tensor<4xf32> {dnn.name = "t1", dnn.observed})
// UNKNOWN-DAG: error: have no tensor or node 'tt1' to observe, similar ones are 't1'
// UNKNOWN-DAG: error: have no tensor or node 'zzzzzzzz' to observe{{$}}
func.func @main(%x: tensor<4xf32> {dnn.name = "x"}) -> (tensor<4xf32> {dnn.name = "y"}) {
  %k = dnn.constant {value = dense<1.0> : tensor<1xf32>, dnn.tensors = ["k"]} : () -> tensor<1xf32>
  %0 = dnn.exp %x {dnn.tensors = ["t1"]} : (tensor<4xf32>) -> tensor<4xf32> loc("node1")
  %1 = dnn.neg %0 : (tensor<4xf32>) -> tensor<4xf32> loc(fused["node2", "other"])
  %2 = dnn.add %1, %k {dnn.tensors = ["y"]} : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32> loc("node3")
  return %2 : tensor<4xf32>
}
