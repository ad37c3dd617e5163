# Build options shared by every target.
option(DNNC_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
set(DNNC_DEPENDENCIES "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where scripts/setup put the downloaded source packages")

add_compile_options(-Wall -Wextra -Wno-unused-parameter -Werror=return-type -fno-strict-aliasing)
add_link_options(-fuse-ld=lld -Wl,--gc-sections)

if(DNNC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,function -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(DNNC_CCACHE ccache)
if(DNNC_CCACHE)
  # The precompiled header of the MLIR units needs ccache to look past its time stamps.
  set(CMAKE_C_COMPILER_LAUNCHER ${DNNC_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${DNNC_CCACHE})
endif()
