// Compiles a function once per generation of the processor; the loader picks. The loops inside are plain C++
// that the compiler vectorizes. All versions give the same bits: nothing is contracted or reassociated
// (-ffp-contract=off).
#pragma once

#if defined(__x86_64__) && defined(__clang__)
#define DNNC_MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DNNC_MULTIVERSION
#endif
