# cmake -DOUTPUT=Shipped.cpp -DFOLDER=targets -P Embed.cmake: writes the YAML files of a folder as a C++ source.
file(GLOB files ${FOLDER}/*.yaml)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Written by lib/Target/Embed.cmake from targets/.
#include \"lib/Target/Shipped.h\"

namespace dnnc::target {

static constexpr ShippedTarget shipped[] = {
${entries}};

std::span<const ShippedTarget> shippedTargets() { return shipped; }

} // namespace dnnc::target
")
