// What a storage means for a tensor: its elements as segments in DRAM. The bytes are runtime/Isa/Segment.h's.
#pragma once

#include "dialects/Acc/AccDialect.h"
#include "runtime/Isa/Segment.h"

namespace dnnc::acc {

/// How the elements of a segment stand. Needs a storage and a type with which verifyStorage() is content.
isa::SegmentFormat segmentFormat(StorageAttr storage, mlir::Type elementType);

/// All slots of a tensor, the same.
isa::SegmentGrid segmentGrid(StorageAttr storage, mlir::RankedTensorType type);

/// Slots are multiples of so many bytes where a storage does not say what they have.
inline constexpr int64_t slotAlignment = 64;

} // namespace dnnc::acc
