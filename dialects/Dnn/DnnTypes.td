// Tensor types and enumerations of the dnn dialect, and the base classes of its ops.
#ifndef DNNC_DIALECTS_DNN_TYPES
#define DNNC_DIALECTS_DNN_TYPES

include "dialects/Dnn/DnnDialect.td"
include "mlir/IR/EnumAttr.td"

def Dnn_Quantized : Type<CPred<"::dnnc::dnn::isQuantized($_self)">,
    "uniform quantized 8-bit integer, or 16-bit signed one (32-bit for a bias), that stands for float32">;

// A tensor operand or result, with words of its own in errors and in the reference page.
class Dnn_Described<Type tensor, string text, string elements>
    : Type<tensor.predicate, text # " (static tensor of " # elements # ")", "::mlir::RankedTensorType">;

class Dnn_Tensor<string text> : Dnn_Described<StaticShapeTensorOf<[F32, I1, I8, UI8, I16, I32, I64, Dnn_Quantized]>, text,
    "f32, i1, i8, ui8, i16, i32, i64 or quantized elements">;
class Dnn_IndexTensor<string text> : Dnn_Described<StaticShapeTensorOf<[I32, I64]>, text, "i32 or i64">;
class Dnn_BoolTensor<string text> : Dnn_Described<StaticShapeTensorOf<[I1]>, text, "i1">;
class Dnn_FloatTensor<string text> : Dnn_Described<StaticShapeTensorOf<[F32]>, text, "f32">;

class Dnn_Enum<string cppName, string text, list<I32EnumAttrCase> cases>
    : I32EnumAttr<cppName, text, cases> {
  let cppNamespace = "::dnnc::dnn";
  let genSpecializedAttr = 0;
}

class Dnn_EnumAttr<EnumInfo info, string attrMnemonic> : EnumAttr<Dnn_Dialect, info, attrMnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def Dnn_ReduceKind : Dnn_Enum<"ReduceKind", "how a reduction combines elements", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">, I32EnumAttrCase<"Max", 2, "max">,
    I32EnumAttrCase<"Min", 3, "min">, I32EnumAttrCase<"Prod", 4, "prod">,
    I32EnumAttrCase<"SumSquare", 5, "sum_square">, I32EnumAttrCase<"L1", 6, "l1">, I32EnumAttrCase<"L2", 7, "l2">]>;
def Dnn_ReduceKindAttr : Dnn_EnumAttr<Dnn_ReduceKind, "reduce_kind">;

def Dnn_PadMode : Dnn_Enum<"PadMode", "what stands in the padding", [
    I32EnumAttrCase<"Constant", 0, "constant">, I32EnumAttrCase<"Reflect", 1, "reflect">,
    I32EnumAttrCase<"Edge", 2, "edge">, I32EnumAttrCase<"Wrap", 3, "wrap">]>;
def Dnn_PadModeAttr : Dnn_EnumAttr<Dnn_PadMode, "pad_mode">;

def Dnn_ResizeMode : Dnn_Enum<"ResizeMode", "how a resize interpolates", [
    I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Linear", 1, "linear">,
    I32EnumAttrCase<"Cubic", 2, "cubic">]>;
def Dnn_ResizeModeAttr : Dnn_EnumAttr<Dnn_ResizeMode, "resize_mode">;

def Dnn_CoordinateMode : Dnn_Enum<"CoordinateMode", "the input coordinate an output coordinate of a resize stands for", [
    I32EnumAttrCase<"HalfPixel", 0, "half_pixel">, I32EnumAttrCase<"HalfPixelSymmetric", 1, "half_pixel_symmetric">,
    I32EnumAttrCase<"PytorchHalfPixel", 2, "pytorch_half_pixel">,
    I32EnumAttrCase<"AlignCorners", 3, "align_corners">, I32EnumAttrCase<"Asymmetric", 4, "asymmetric">]>;
def Dnn_CoordinateModeAttr : Dnn_EnumAttr<Dnn_CoordinateMode, "coordinate_mode">;

def Dnn_NearestMode : Dnn_Enum<"NearestMode", "how a nearest resize rounds coordinates", [
    I32EnumAttrCase<"RoundPreferFloor", 0, "round_prefer_floor">,
    I32EnumAttrCase<"RoundPreferCeil", 1, "round_prefer_ceil">, I32EnumAttrCase<"Floor", 2, "floor">,
    I32EnumAttrCase<"Ceil", 3, "ceil">]>;
def Dnn_NearestModeAttr : Dnn_EnumAttr<Dnn_NearestMode, "nearest_mode">;

// Attributes with words of their own in errors and in the reference page.
class Dnn_Default<Attr attr, string value, string text> : DefaultValuedAttr<attr, value> {
  let summary = text # " (" # attr.summary # ")";
}
class Dnn_Required<Attr attr, string text> : ConfinedAttr<attr, []> {
  let summary = text # " (" # attr.summary # ")";
}

class Dnn_Op<string mnemonic, list<Trait> traits = []> : Op<Dnn_Dialect, mnemonic, !listconcat([Pure], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

// Several ops share one verifier: `verifier` is the name of a function in VerifyCommon.h.
class Dnn_SharedVerifier<string verifier> {
  code definition = "::mlir::LogicalResult $cppClass::verify() { return ::dnnc::dnn::detail::" # verifier # "; }\n";
}

#endif
