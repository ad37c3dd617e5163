// The formats a tensor may have in DRAM, and what moves under each.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "dnnc/Target.h"
#include "lib/Schedule/TensorStorages.h"

namespace dnnc::schedule {

/// Whether the target's DMA knows a format; raw always.
bool hasCodec(const Codecs &codecs, acc::Format format);

/// The formats that activations of a type may have on a target, beside raw.
llvm::SmallVector<acc::Format> activationFormats(const Codecs &codecs, mlir::Type elementType);

/// A storage of activations, which are [images, channels, ...]: the columns of csc run along the channels, as
/// they come to a PE.
acc::StorageAttr activationStorage(mlir::MLIRContext *context, acc::Format format,
                                   llvm::ArrayRef<int64_t> segment);

/// Bytes that a whole segment is expected to take where this share of its elements, spread evenly, is not
/// zero.
int64_t expectedBytes(acc::StorageAttr storage, mlir::Type elementType, double density);

/// The density above which the segments of a storage take more than their elements, which then stand raw; by
/// the same sizes as expectedBytes(), flags and bursts left out.
double breakEvenDensity(acc::StorageAttr storage, mlir::Type elementType);

/// What a group says of the storage of a tensor that it loads or stores; null for nothing.
acc::StorageAttr storageSaid(acc::GroupOp group, mlir::Value tensor);

/// Elements that all transfers of a tensor move, halos each time.
double movedElements(mlir::RankedTensorType type, llvm::ArrayRef<Transfer> transfers);

/// Bytes that all transfers of a tensor move in whole bursts of `burst` bytes, raw.
int64_t rawBytes(mlir::RankedTensorType type, llvm::ArrayRef<Transfer> transfers, int64_t burst);

/// The same where it stands as segments of which each moves `sizes[i]` bytes, in the order of the slots, or
/// all of them `size`.
int64_t segmentBytes(mlir::RankedTensorType type, llvm::ArrayRef<Transfer> transfers, int64_t burst,
                     llvm::ArrayRef<int64_t> sizes);
int64_t segmentBytes(mlir::RankedTensorType type, llvm::ArrayRef<Transfer> transfers, int64_t burst,
                     llvm::ArrayRef<int64_t> segment, int64_t size);

} // namespace dnnc::schedule
