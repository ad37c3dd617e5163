#ifndef DNNC_ACC_OPS
#define DNNC_ACC_OPS

include "dialects/Acc/AccTiles.td"
include "dialects/Acc/AccTasks.td"

#endif
