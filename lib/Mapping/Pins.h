// Attributes of decisions that were made elsewhere: apply-strategy writes them, choose-mapping honours and removes them.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace dnnc::mapping {

/// On a group, a part of its decisions as a dictionary: `dataflow` (a word), `tile` (a dictionary from loop dimensions
/// to sizes).
inline constexpr llvm::StringLiteral pinsAttr = "pins";
/// Where the decisions on a group (its tiling) or a product (its mapping) stand: "FILE:LINE:COLUMN".
inline constexpr llvm::StringLiteral pinnedAtAttr = "pinned_at";

} // namespace dnnc::mapping
