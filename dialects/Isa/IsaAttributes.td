// Attributes of the isa dialect that are not of MLIR: affine forms and the digest of constants.
#ifndef DNNC_ISA_ATTRIBUTES
#define DNNC_ISA_ATTRIBUTES

include "dialects/Isa/IsaBase.td"

class Isa_Attr<string name, string attrMnemonic> : AttrDef<Isa_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Isa_AffineAttr : Isa_Attr<"Affine", "affine"> {
  let summary = "affine form of the loop indices of a queue";
  let description = [{
    Stands for base + (Σ strideₖ · index[levelₖ]), the sum taken modulo `wrap` where that is not 0. Written
    `base + stride*iLEVEL + … mod wrap`, terms in the order of the encoding.

    Example:
    ```mlir
    #isa.affine<4096 + 64*i0 + -8*i3 mod 1024>
    ```
  }];
  let parameters = (ins "int64_t":$base, ArrayRefParameter<"int64_t">:$strides,
                        ArrayRefParameter<"int64_t">:$levels, "int64_t":$wrap);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Isa_DigestAttr : Isa_Attr<"Digest", "digest"> {
  let summary = "stands for constants whose bytes are elsewhere";
  let description = [{
    The digest of a program's constants (64-bit FNV-1a). dnnc-objdump writes it in place of many bytes;
    `dnnc-as --data` takes the bytes from a program whose constants have this digest.

    Example:
    ```mlir
    #isa.digest<"fnv1a64:cbf29ce484222325">
    ```
  }];
  let parameters = (ins StringRefParameter<"algorithm and value">:$text);
  let assemblyFormat = "`<` $text `>`";
}

#endif // DNNC_ISA_ATTRIBUTES
