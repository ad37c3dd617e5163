// The language the ISA table is written in: kinds of fields, each an attribute constraint of MLIR that also
// says where its bits stand, and the classes of rows. The table itself is IsaOps.td. Stock mlir-tblgen
// makes the ops from it, dnnc-tblgen the MLIR-free codec, and both print and parse the one text form
// computed here from the fields.
#ifndef DNNC_ISA_BASE
#define DNNC_ISA_BASE

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def Isa_Dialect : Dialect {
  let name = "isa";
  let cppNamespace = "::dnnc::isa";
  let summary = "What the encoder can write, and nothing else: one op per row of the ISA table";
  let description = [{
    An `isa.program` holds the tables of a program and one `isa.queue` of instructions per queue of the
    machine. Every op is a row of the table in IsaOps.td and its attributes are the row's fields, in the
    order of the table. The text of these ops is the assembly that dnnc-objdump writes and dnnc-as reads.
  }];
  let useDefaultAttributePrinterParser = 1;
}

// Fields ---------------------------------------------------------------------------------------------------
// `word`, `lsb` and `width` place a scalar: word 0 is the header, words count from there; bit 0 is the
// lowest. Variable operands have no place of their own: they follow the last fixed word in the order of the
// fields. `directive` is how the field is written, with NAME for its name.

class Isa_Field<string isaKind, Pred predicate, string what, string meaningText> : Attr<predicate, what> {
  string kind = isaKind;
  string meaning = meaningText;
  string directive = ?;
}

class Isa_Scalar<string isaKind, int wordNumber, int lowestBit, int bitCount,
                 Pred predicate, string what, string meaningText>
    : Isa_Field<isaKind,
                And<[CPred<"::llvm::isa<::mlir::IntegerAttr>($_self)">,
                     CPred<"::llvm::cast<::mlir::IntegerAttr>($_self).getType().isInteger(64)">, predicate]>,
                what, meaningText> {
  int word = wordNumber;
  int lsb = lowestBit;
  int width = bitCount;
  let storageType = "::mlir::IntegerAttr";
  let returnType = "int64_t";
  let convertFromStorage = "$_self.getInt()";
}

defvar isaInteger = "::llvm::cast<::mlir::IntegerAttr>($_self).getInt()";

class Isa_Natural<string isaKind, int word, int lsb, int width, string meaning>
    : Isa_Scalar<isaKind, word, lsb, width,
                 CPred<"::llvm::cast<::mlir::IntegerAttr>($_self).getValue().isIntN(" # width # ")">,
                 "number of " # width # " bits without sign", meaning>;

// A number without sign, written in decimal.
class UInt<int word, int lsb, int width, string meaning>
    : Isa_Natural<"Unsigned", word, lsb, width, meaning> {
  let directive = "custom<Number>(NAME)";
}

// A two's complement number, written in decimal.
class SInt<int word, int lsb, int width, string meaning>
    : Isa_Scalar<"Signed", word, lsb, width,
                 CPred<"::llvm::cast<::mlir::IntegerAttr>($_self).getValue().isSignedIntN(" # width # ")">,
                 "number of " # width # " bits with sign", meaning> {
  let directive = "custom<Number>(NAME)";
}

// Raw bits, written in hexadecimal.
class RawBits<int word, int lsb, int width, string meaning> : Isa_Natural<"Bits", word, lsb, width, meaning> {
  let directive = "custom<Bits>(NAME)";
}

// The 64 bits of a lane constant, held as the signed number of the same bits and written in hexadecimal.
class RawWord<int word, string meaning>
    : Isa_Scalar<"Bits", word, 0, 64, CPred<"true">, "64 raw bits", meaning> {
  let directive = "custom<Bits>(NAME)";
}

// The bits of a float32, held as a number without sign and written as a decimal fraction.
class F32Bits<int word, int lsb, string meaning> : Isa_Natural<"Float", word, lsb, 32, meaning> {
  let directive = "custom<Float>(NAME)";
}

// One bit, written `true` or `false`.
class Flag<int word, int lsb, string meaning> : Isa_Natural<"Flag", word, lsb, 1, meaning> {
  let directive = "custom<Flag>(NAME)";
}

// The number of a lane register, written `r5`.
class Register<int word, int lsb, string meaning> : Isa_Natural<"Register", word, lsb, 8, meaning> {
  let directive = "custom<Register>(NAME)";
}

// An enumeration: the number of a case is its place in the list. `cppType` is set where the C++ type is
// written by hand elsewhere; dnnc-tblgen then generates a check that both agree.
class Isa_Enum<string name, list<string> caseNames, string text> {
  string enumName = name;
  list<string> cases = caseNames;
  string meaning = text;
  string cppType = "";
  string cppQualified = !if(!empty(cppType), "::dnnc::isa::" # enumName, cppType);
}

class EnumField<Isa_Enum isaEnum, int word, int lsb, int width, string meaning>
    : Isa_Scalar<"Enum", word, lsb, width,
                 CPred<!strconcat(isaInteger, " >= 0 && ", isaInteger, " < ", !repr(!size(isaEnum.cases)))>,
                 "one of " # !interleave(isaEnum.cases, ", "), meaning> {
  Isa_Enum enumeration = isaEnum;
  let directive = "custom<EnumCase>(NAME, \"::dnnc::isa::namesOf(" # isaEnum.cppQualified # "())\")";
}

class Isa_List<string kind, Pred predicate, string what, string meaning>
    : Isa_Field<kind, predicate, what, meaning> {
  let storageType = "::mlir::DenseI64ArrayAttr";
  let returnType = "::llvm::ArrayRef<int64_t>";
  let convertFromStorage = "$_self.asArrayRef()";
}

defvar isaIsList = CPred<"::llvm::isa<::mlir::DenseI64ArrayAttr>($_self)">;

// A count, then so many 64-bit numbers.
class IntList<string meaning> : Isa_List<"IntList", isaIsList, "list of 64-bit numbers", meaning> {
  let directive = "custom<IntList>(NAME)";
}

// A list of the bits of float32 numbers.
class F32List<string meaning>
    : Isa_List<"FloatList", And<[isaIsList, CPred<"::dnnc::isa::areFloatBits($_self)">]>,
               "list of float32 bits", meaning> {
  let directive = "custom<FloatList>(NAME)";
}

class EnumList<Isa_Enum isaEnum, string meaning>
    : Isa_List<"EnumList",
               And<[isaIsList, CPred<"::dnnc::isa::areCases($_self, " # !size(isaEnum.cases) # ")">]>,
               "list of " # !interleave(isaEnum.cases, ", "), meaning> {
  Isa_Enum enumeration = isaEnum;
  let directive = "custom<EnumList>(NAME, \"::dnnc::isa::namesOf(" # isaEnum.cppQualified # "())\")";
}

// base + (Σ strideₖ · index[levelₖ]) mod wrap, over the loop indices of the instruction's queue.
class AffineField<string meaning>
    : Isa_Field<"Affine", CPred<"::llvm::isa<::dnnc::isa::AffineAttr>($_self)">,
                "affine form of loop indices", meaning> {
  let storageType = "::dnnc::isa::AffineAttr";
  let returnType = "::dnnc::isa::AffineAttr";
  let convertFromStorage = "$_self";
  let directive = "custom<Affine>(NAME)";
}

class AffineList<string meaning>
    : Isa_Field<"AffineList", CPred<"::dnnc::isa::areAffine($_self)">, "list of affine forms", meaning> {
  let storageType = "::mlir::ArrayAttr";
  let returnType = "::mlir::ArrayAttr";
  let convertFromStorage = "$_self";
  let directive = "custom<AffineList>(NAME)";
}

class Isa_Text<string kind, string what, string meaning>
    : Isa_Field<kind, CPred<"::llvm::isa<::mlir::StringAttr>($_self)">, what, meaning> {
  let storageType = "::mlir::StringAttr";
  let returnType = "::llvm::StringRef";
  let convertFromStorage = "$_self.getValue()";
  let directive = "custom<" # kind # ">(NAME)";
}

// A byte count, then the bytes, padded with zeros to a word.
class Str<string meaning> : Isa_Text<"String", "string", meaning>;
// Strings without line breaks, held as one string joined by them and written as a list on one line.
class StrList<string meaning> : Isa_Text<"Strings", "strings joined by line breaks", meaning>;
// The lines of a text, held as one string and written as a list with a line each.
class StrLines<string meaning> : Isa_Text<"Lines", "text", meaning>;

// Layouts and rows -----------------------------------------------------------------------------------------

// A group of words that is no row: the header of a row, the head and the terms of a variable operand.
class Isa_Layout<dag partList, string text> {
  dag parts = partList;
  string meaning = text;
}

class Isa_Op<string mnemonic, list<Trait> traits, dag fields> : Op<Isa_Dialect, mnemonic, traits> {
  int opcode = ?;
  /// What the row means, in the manual's words, and how it is written; the op's description is made of both.
  string meaning = "";
  string example = "";
  dag encoded = fields;
  /// Attributes of the op that stand elsewhere in the program file.
  dag notEncoded = (ins);
  let arguments = !con(encoded, notEncoded);
  // A constraint that is no Isa_Field is written as it comes here; dnnc-tblgen says what is wrong with it.
  string fieldsFormat = !interleave(
      !foreach(i, !range(!size(fields)),
               "`" # !getdagname(fields, i) # "` `=` " #
                   !subst("NAME", "$" # !getdagname(fields, i),
                          !if(!isa<Isa_Field>(!getdagarg<Attr>(fields, i)),
                              !getdagarg<Isa_Field>(fields, i).directive, "NAME"))),
      " `,` ");
  let assemblyFormat = fieldsFormat # " attr-dict";
  let description = meaning # "\n\nExample:\n```mlir\n" # example # "\n```\n";
  let hasVerifier = 1;
}

// An instruction of the named queues. The header word holds opcode, length and `node`.
class Isa_Instruction<string mnemonic, int number, list<string> legalQueues, dag fields>
    : Isa_Op<mnemonic, [HasParent<"QueueOp">],
             !con((ins UInt<0, 24, 24, "row of the node table this work belongs to">:$node,
                       IntList<"tokens that lose one unit each before the instruction starts">:$wait,
                       IntList<"tokens that gain one unit each when it has completed">:$signal),
                  fields)> {
  let opcode = number;
  list<string> queues = legalQueues;
}

// A row of one of the program's tables. The header word holds opcode and length.
class Isa_Row<string mnemonic, int number, dag fields, list<Trait> traits = [HasParent<"ProgramOp">]>
    : Isa_Op<mnemonic, traits, fields> {
  let opcode = number;
}

// A step of a lane program: two words that stand in the `lanes` row. Its fields name the operands that the
// step reads; all other bits are zero.
class Isa_LaneStep<string mnemonic, int number, list<string> legalTypes, dag fields>
    : Isa_Op<"lane." # mnemonic, [HasParent<"LanesOp">], fields> {
  let opcode = number;
  /// Names of element types that `type` may have.
  list<string> types = legalTypes;
}

#endif // DNNC_ISA_BASE
