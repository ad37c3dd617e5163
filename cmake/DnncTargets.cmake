# dnnc_library(NAME [MLIR] [DEPENDS target...] [LINK lib...])
#   A static library of all .cpp files beside the CMakeLists.txt that calls it. Without MLIR it may not include an
#   MLIR or LLVM header. With MLIR it uses the shared precompiled header.
function(dnnc_library name)
  cmake_parse_arguments(arg "MLIR;RECURSE" "" "DEPENDS;LINK" ${ARGN})
  if(arg_RECURSE)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  else()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  if(NOT sources)
    add_library(${name} INTERFACE)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR})
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  if(arg_MLIR)
    dnnc_use_mlir(${name})
  endif()
endfunction()

# Gives a target MLIR's headers, the shared libraries and the precompiled header.
function(dnnc_use_mlir name)
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_link_libraries(${name} PUBLIC MLIR LLVM)
  target_compile_options(${name} PRIVATE -Wno-unused-parameter)
  get_target_property(type ${name} TYPE)
  if(type STREQUAL "EXECUTABLE")
    # The precompiled header is built with -fPIC; CMake would give an executable -fPIE, which does not fit it.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${name} REUSE_FROM dnnc_mlir_headers)
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

# dnnc_tool(NAME [MLIR] LINK lib...): an executable of the .cpp files beside the CMakeLists.txt.
function(dnnc_tool name)
  cmake_parse_arguments(arg "MLIR" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINK})
  if(arg_MLIR)
    dnnc_use_mlir(${name})
  endif()
endfunction()

# dnnc_python_tool(NAME MODULE): an executable beside dnnc that runs a module of python/.
function(dnnc_python_tool name module)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/python-tool.in ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name} @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

file(WRITE ${CMAKE_BINARY_DIR}/dnnc_mlir_headers.cpp "// Carries the precompiled header.\n")
add_library(dnnc_mlir_headers STATIC ${CMAKE_BINARY_DIR}/dnnc_mlir_headers.cpp)
target_include_directories(dnnc_mlir_headers SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_options(dnnc_mlir_headers PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
target_precompile_headers(dnnc_mlir_headers PRIVATE
  <mlir/IR/Builders.h> <mlir/IR/BuiltinAttributes.h> <mlir/IR/BuiltinOps.h> <mlir/IR/BuiltinTypes.h>
  <mlir/IR/Dialect.h> <mlir/IR/DialectImplementation.h> <mlir/IR/DialectResourceBlobManager.h>
  <mlir/IR/OpDefinition.h> <mlir/IR/OpImplementation.h> <mlir/IR/PatternMatch.h> <mlir/IR/SymbolTable.h>
  <mlir/Bytecode/BytecodeOpInterface.h> <mlir/Interfaces/SideEffectInterfaces.h>
  <mlir/Interfaces/InferTypeOpInterface.h> <mlir/Dialect/Func/IR/FuncOps.h> <mlir/Dialect/Quant/IR/Quant.h>
  <mlir/Dialect/Quant/IR/QuantTypes.h> <mlir/Dialect/Arith/IR/Arith.h> <mlir/Pass/Pass.h>
  <mlir/Pass/PassManager.h> <mlir/Transforms/GreedyPatternRewriteDriver.h> <llvm/ADT/TypeSwitch.h>)
