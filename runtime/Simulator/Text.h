// Numbers and tables as people read them, in every report.
#pragma once

#include <string>
#include <vector>

namespace dnnc::sim {

std::string countText(double count);
std::string bytesText(double bytes);
/// From mJ down to pJ: never 0.00 of what is not zero, down to a hundredth of a pJ.
std::string energyText(double pj);

/// Characters of a UTF-8 string, which is what a column is wide.
size_t textWidth(const std::string &text);

/// Rows of a table as text: the first `leftColumns` are set to the left, the others to the right; columns
/// from `textColumn` on are to the left again.
using Row = std::vector<std::string>;
std::string table(const std::vector<Row> &rows, size_t leftColumns, size_t textColumn = SIZE_MAX);

} // namespace dnnc::sim
