// What the remarks of choose-mapping say, for tools: each remark carries it as metadata beside its text.
#pragma once

#include "mlir/IR/Diagnostics.h"

#include <string>
#include <vector>

namespace dnnc::mapping {

/// A node that does not run under the one dataflow that all nodes are asked to run under.
struct OtherDataflow {
  int64_t node;
  std::string reason;
  std::string runs; ///< the dataflow that it runs under; empty where that was not chosen here
};

/// A product whose search stopped before the proof: its value is above the lower bound by at most this part
/// of it.
struct Unproven {
  int64_t node;
  double gap;
};

struct Facts {
  std::vector<OtherDataflow> others;
  std::vector<Unproven> unproven;
};

void addFact(mlir::InFlightDiagnostic &remark, const OtherDataflow &other);
void addFact(mlir::InFlightDiagnostic &remark, const Unproven &unproven);

/// Adds what a diagnostic carries to the facts; returns whether it carries any.
bool readFacts(mlir::Diagnostic &diagnostic, Facts &facts);

} // namespace dnnc::mapping
