// All ops of the dnn dialect, by family.
#ifndef DNNC_DIALECTS_DNN_OPS
#define DNNC_DIALECTS_DNN_OPS

include "dialects/Dnn/DnnConv.td"
include "dialects/Dnn/DnnElementwise.td"
include "dialects/Dnn/DnnPool.td"
include "dialects/Dnn/DnnReduce.td"
include "dialects/Dnn/DnnMovement.td"
include "dialects/Dnn/DnnQuantize.td"

#endif
