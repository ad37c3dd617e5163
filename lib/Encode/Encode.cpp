#include "lib/Encode/Encode.h"

#include "dialects/Isa/IsaConversion.h"
#include "dnnc/Error.h"

using namespace mlir;

FailureOr<dnnc::isa::Program> dnnc::encode::encode(ModuleOp module) {
  SmallVector<isa::ProgramOp> programs(module.getOps<isa::ProgramOp>());
  if (programs.size() != 1)
    return module.emitError("has ") << programs.size() << " isa.program ops; a file holds one";
  if (isa_and_present<isa::DigestAttr>(programs[0].getConstantsAttr()))
    return programs[0].emitError("has only a digest of its constants, need their bytes: assemble the text by dnnc-as with --data");
  isa::Program program = isa::toProgram(programs[0]);
  bool good = true;
  try {
    for (const isa::Problem &problem : isa::verify(program)) {
      isa::opOf(programs[0], problem)->emitError(problem.message);
      good = false;
    }
  } catch (const Error &error) {
    return module.emitError(error.what());
  }
  if (!good)
    return failure();
  return program;
}
