// Bytes that are owned, mapped or borrowed.
#include "runtime/Program/Program.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace dnnc::isa {

Bytes::Bytes(std::vector<uint8_t> bytes) {
  auto kept = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  view = *kept;
  owner = std::move(kept);
}

Bytes Bytes::map(const std::string &path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    throw Error(fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  auto fail = [&](const char *what) {
    int reason = errno;
    ::close(file);
    throw Error(fmt::format("cannot {} {}: {}", what, path, std::strerror(reason)));
  };
  struct stat status;
  if (::fstat(file, &status) != 0)
    fail("read the size of");
  if (!S_ISREG(status.st_mode)) {
    errno = EINVAL;
    fail("map, for it is no regular file,");
  }
  size_t size = static_cast<size_t>(status.st_size);
  if (size == 0) {
    ::close(file);
    return Bytes();
  }
  void *memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (memory == MAP_FAILED)
    fail("map");
  ::close(file);
  std::shared_ptr<const void> owner(
      memory, [size](const void *mapped) { ::munmap(const_cast<void *>(mapped), size); });
  return Bytes(std::span(static_cast<const uint8_t *>(memory), size), std::move(owner));
}

} // namespace dnnc::isa
