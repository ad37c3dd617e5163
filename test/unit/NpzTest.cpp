// LINK: DnncTensor ZLIB::ZLIB
// .npy and .npz: round trips, orders, versions, and damaged files. test/runtime/Tensor/numpy.test holds them
// against NumPy.
#include "runtime/Tensor/Npz.h"
#include "dnnc/Error.h"
#include "runtime/Tensor/Npy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

using namespace dnnc;

namespace {

std::string scratch(const std::string &name) { return ::testing::TempDir() + "/npz_test_" + name; }

std::vector<uint8_t> readBytes(const std::string &file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}
void writeBytes(const std::string &file, std::span<const uint8_t> bytes) {
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

std::string errorOf(const std::function<void()> &action) {
  try {
    action();
  } catch (const Error &error) {
    return error.what();
  }
  return "no error";
}

Tensor counted(ElementType type, std::vector<int64_t> shape) {
  Tensor tensor(type, std::move(shape));
  uint8_t next = 0;
  for (uint8_t &byte : tensor.mutableBytes())
    byte = type == ElementType::Bool ? next++ & 1 : next++;
  return tensor;
}

constexpr ElementType numpyTypes[] = {ElementType::I8,  ElementType::U8,  ElementType::I16,
                                      ElementType::U16, ElementType::I32, ElementType::I64,
                                      ElementType::F16, ElementType::F32, ElementType::Bool};

/// A .npy of format `major` with the header's dictionary given.
std::vector<uint8_t> npyBytes(int major, const std::string &dictionary, std::span<const uint8_t> data) {
  std::string text = "\x93NUMPY";
  text += {static_cast<char>(major), '\0'};
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    text += static_cast<char>(dictionary.size() >> 8 * i);
  text += dictionary;
  std::vector<uint8_t> bytes(text.begin(), text.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Tensor parse(const std::vector<uint8_t> &bytes) { return npy::parse(bytes, nullptr, "x.npy"); }
std::string dictionaryError(const std::string &dictionary) {
  return errorOf([&] { parse(npyBytes(1, dictionary, std::vector<uint8_t>(12))); });
}

} // namespace

TEST(Tensor, CopiesShareUntilOneIsWritten) {
  Tensor a = Tensor::of<float>(ElementType::F32, {2}, {1, 2});
  Tensor b = a;
  EXPECT_EQ(a.bytes().data(), b.bytes().data());
  b.mutableAs<float>()[0] = 5;
  EXPECT_EQ(a.as<float>()[0], 1);
  EXPECT_EQ(b.as<float>()[0], 5);
  EXPECT_TRUE(a.identical(Tensor::of<float>(ElementType::F32, {2}, {1, 2})));
  EXPECT_FALSE(a.identical(b));
  EXPECT_FALSE(a.identical(a.reshaped({1, 2})));
  EXPECT_FALSE(Tensor::of<float>(ElementType::F32, {}, {0.0f})
                   .identical(Tensor::of<float>(ElementType::F32, {}, {-0.0f})));
}

TEST(Tensor, BorrowsAlignedBytesAndKeepsTheirOwner) {
  auto owner = std::make_shared<std::vector<uint8_t>>(16, 7);
  std::weak_ptr<std::vector<uint8_t>> alive = owner;
  std::span<const uint8_t> bytes = *owner;
  Tensor aligned = Tensor::borrow(ElementType::I32, {3}, bytes.first(12), owner);
  Tensor unaligned = Tensor::borrow(ElementType::I32, {3}, bytes.subspan(1, 12), owner);
  EXPECT_EQ(aligned.bytes().data(), bytes.data());
  EXPECT_NE(unaligned.bytes().data(), bytes.data() + 1);
  EXPECT_TRUE(aligned.identical(unaligned));
  owner.reset();
  EXPECT_FALSE(alive.expired());
  aligned.mutableAs<int32_t>()[0] = 1;
  EXPECT_TRUE(alive.expired());
  EXPECT_EQ(aligned.as<int32_t>()[1], 0x07070707);
}

TEST(Npy, EveryTypeAndRankRoundTrips) {
  for (ElementType type : numpyTypes)
    for (std::vector<int64_t> shape : {std::vector<int64_t>{}, {0}, {5}, {2, 3}, {1, 0, 4}, {2, 1, 3, 2}}) {
      Tensor tensor = counted(type, shape);
      writeNpy(scratch("a.npy"), tensor);
      EXPECT_TRUE(readNpy(scratch("a.npy")).identical(tensor)) << name(type);
      EXPECT_EQ((readBytes(scratch("a.npy")).size() - tensor.byteCount()) % 64, 0u);
    }
}

TEST(Npy, FortranOrderBecomesRowMajor) {
  // Column-major 2x3: columns (0,1), (2,3), (4,5).
  std::vector<uint8_t> data = {0, 1, 2, 3, 4, 5};
  Tensor tensor = parse(npyBytes(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", data));
  EXPECT_TRUE(tensor.identical(Tensor::of<uint8_t>(ElementType::U8, {2, 3}, {0, 2, 4, 1, 3, 5})));
  Tensor none = parse(npyBytes(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 0), }\n", {}));
  EXPECT_EQ(none.elementCount(), 0);
}

TEST(Npy, ReadsFormatsOneToThreeAndLooseDictionaries) {
  std::vector<uint8_t> data = {1, 0, 2, 0};
  Tensor expected = Tensor::of<int16_t>(ElementType::I16, {2}, {1, 2});
  for (int major : {1, 2, 3})
    EXPECT_TRUE(parse(npyBytes(major, "{\"shape\":(2L,),'fortran_order':False ,'descr':'<i2'}", data))
                    .identical(expected));
}

TEST(Npy, BoolsBecomeZeroAndOne) {
  std::vector<uint8_t> data = {0, 1, 2, 255};
  Tensor tensor = parse(npyBytes(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }\n", data));
  EXPECT_TRUE(tensor.identical(Tensor::of<uint8_t>(ElementType::Bool, {4}, {0, 1, 1, 1})));
}

TEST(NpyErrors, Types) {
  EXPECT_EQ(
      dictionaryError("{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }"),
      "x.npy: have big-endian elements ('>f4'); need little-endian: x.astype(x.dtype.newbyteorder('<'))");
  EXPECT_EQ(dictionaryError("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"),
            "x.npy: have elements of NumPy type '<f8'; need one of int8, uint8, int16, uint16, int32, int64, "
            "float16, float32, "
            "bool: convert with x.astype(...)");
  EXPECT_EQ(dictionaryError("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }"),
            "x.npy: have a structured array; need one of plain elements");
  EXPECT_EQ(errorOf([] { writeNpy(scratch("b.npy"), Tensor(ElementType::BF16, {1})); }),
            scratch("b.npy") + ": NumPy has no bfloat16; need another type for a NumPy file");
}

TEST(NpyErrors, Headers) {
  const std::string damaged = "x.npy: damaged .npy header: ";
  EXPECT_EQ(dictionaryError(""), damaged + "need '{'");
  EXPECT_EQ(dictionaryError("{'descr': '<f4"), damaged + "a string without its end");
  EXPECT_EQ(dictionaryError("{'descr': 4}"), damaged + "need a string");
  EXPECT_EQ(dictionaryError("{'descr': '<f4', 'descr': '<f4'}"), damaged + "unexpected key 'descr'");
  EXPECT_EQ(dictionaryError("{'descr' '<f4'}"), damaged + "need ':'");
  EXPECT_EQ(dictionaryError("{'fortran_order': 0}"), damaged + "need True or False");
  EXPECT_EQ(dictionaryError("{'descr': '<f4', 'shape': (3,)}"),
            damaged + "need the keys descr, fortran_order and shape");
  EXPECT_EQ(dictionaryError("{'shape': (-3,)}"), damaged + "need extents of 0 or more in the shape");
  EXPECT_EQ(dictionaryError("{'shape': (99999999999999999999,)}"),
            damaged + "need extents of 0 or more in the shape");
  EXPECT_EQ(dictionaryError("{} x"), damaged + "text after the dictionary");
  std::string many = "{'shape': (";
  for (int i = 0; i < 65; ++i)
    many += "1, ";
  EXPECT_EQ(dictionaryError(many + ")}"), damaged + "more than 64 dimensions");
  EXPECT_EQ(
      dictionaryError("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0), }"),
      damaged + "the shape has more than 2^63 bytes");
  EXPECT_EQ(dictionaryError("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }"),
            "x.npy: have 12 B of elements; the header says 16");
  EXPECT_EQ(dictionaryError("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"),
            "x.npy: have 12 B of elements; the header says 8");
  EXPECT_EQ(errorOf([] { parse({'P', 'K'}); }),
            "x.npy: is no NumPy array: it does not start with \\x93NUMPY");
  EXPECT_EQ(errorOf([] { parse(npyBytes(4, "{}", {})); }),
            "x.npy: have .npy format 4.0; need 1.0, 2.0 or 3.0");
  EXPECT_EQ(errorOf([] { parse({0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 100, 0}); }),
            "x.npy: is cut off in its .npy header");
}

TEST(Npz, RoundTripsStoredAndDeflated) {
  NamedTensors tensors = {{"x", counted(ElementType::F32, {4, 100})},
                          {"a/b:0", counted(ElementType::I8, {7})},
                          {"größe", counted(ElementType::Bool, {})},
                          {"", counted(ElementType::I64, {0})}};
  for (NpzCompression compression : {NpzCompression::Stored, NpzCompression::Deflated}) {
    writeNpz(scratch("a.npz"), tensors, compression);
    NamedTensors read = readNpz(scratch("a.npz"));
    ASSERT_EQ(read.size(), tensors.size());
    for (size_t i = 0; i < read.size(); ++i) {
      EXPECT_EQ(read[i].first, tensors[i].first);
      EXPECT_TRUE(read[i].second.identical(tensors[i].second));
    }
    std::vector<uint8_t> first = readBytes(scratch("a.npz"));
    writeNpz(scratch("a.npz"), tensors, compression);
    EXPECT_EQ(readBytes(scratch("a.npz")), first);
  }
}

TEST(Npz, EmptyArchive) {
  writeNpz(scratch("e.npz"), {});
  EXPECT_TRUE(readNpz(scratch("e.npz")).empty());
}

TEST(NpzErrors, Files) {
  EXPECT_EQ(errorOf([] { readNpz("/no/such.npz"); }),
            "/no/such.npz: cannot be opened: No such file or directory");
  EXPECT_EQ(errorOf([] { readNpy("/"); }), "/: is no regular file; need a .npy or .npz file");
  EXPECT_EQ(errorOf([] { writeNpz("/no/such.npz", {}); }),
            "/no/such.npz: cannot be written: No such file or directory");
  writeBytes(scratch("c.npz"), std::vector<uint8_t>(100));
  EXPECT_EQ(errorOf([] { readNpz(scratch("c.npz")); }),
            scratch("c.npz") + ": is no .npz archive, or is cut off: it has no zip directory at its end");
  Tensor tensor = counted(ElementType::I8, {1});
  EXPECT_EQ(errorOf([&] { writeNpz(scratch("d.npz"), {{"x", tensor}, {"x", tensor}}); }),
            scratch("d.npz") + ": would have two tensors 'x'");
  EXPECT_EQ(errorOf([&] {
              writeNpz(scratch("d.npz"), {{std::string(70000, 'x'), tensor}});
            }).substr(0, scratch("d.npz").size()),
            scratch("d.npz"));
}

namespace {

/// The error of an archive of one int8 entry "x" with bytes overwritten, `back` from the end.
std::string patchedError(size_t back, std::initializer_list<uint8_t> bytes,
                         NpzCompression compression = NpzCompression::Stored) {
  std::string file = scratch("p.npz");
  writeNpz(file, {{"x", counted(ElementType::I8, {300})}}, compression);
  std::vector<uint8_t> archive = readBytes(file);
  std::ranges::copy(bytes, archive.end() - back);
  writeBytes(file, archive);
  std::string error = errorOf([&] { readNpz(file); });
  return error.starts_with(file + ": ") ? error.substr(file.size() + 2) : error;
}

// The directory's entry of "x.npy" takes 46 + 5 bytes and stands before the end record of 22.
constexpr size_t entryBack = 22 + 51;

} // namespace

TEST(NpzErrors, Entries) {
  EXPECT_EQ(patchedError(entryBack - 8, {1, 0}), "x.npy: is encrypted; need a plain entry");
  EXPECT_EQ(patchedError(entryBack - 10, {14, 0}),
            "x.npy: is packed by zip method 14; need stored or deflated, as numpy.savez writes");
  EXPECT_EQ(patchedError(entryBack - 20, {255, 255, 255, 255}),
            "x.npy: is a zip64 entry; need archives below 4 GiB: split them, or use .npy files");
  EXPECT_EQ(patchedError(entryBack - 42, {1, 0, 0, 0}), "x.npy: damaged entry: no local header at 1");
  EXPECT_EQ(patchedError(entryBack - 16, {1, 2, 3, 4}), "x.npy: damaged entry: its checksum is wrong");
  EXPECT_EQ(patchedError(entryBack - 24, {1, 0, 0, 0}), "x.npy: damaged entry: stored 1 B as 428 B");
  EXPECT_EQ(patchedError(entryBack - 24, {255, 255, 255, 127}, NpzCompression::Deflated).substr(0, 22),
            "x.npy: damaged entry: ");
  EXPECT_EQ(patchedError(entryBack - 24, {255, 1, 0, 0}, NpzCompression::Deflated),
            "x.npy: damaged entry: its deflated bytes do not give the 511 B it should have");
  EXPECT_EQ(patchedError(entryBack - 46, {'y', '.', 't', 'x', 't'}),
            "y.txt: is no .npy entry; need an archive as numpy.savez writes it");
  EXPECT_EQ(patchedError(entryBack, {0}).substr(0, 51), "damaged .npz archive: no directory entry at 463");
  EXPECT_EQ(patchedError(18, {1, 0}), "is one part of a divided zip archive; need a whole one");
  EXPECT_EQ(patchedError(6, {255, 255, 255, 255}),
            "is a zip64 archive; need one below 4 GiB with fewer than 65535 entries");
  EXPECT_EQ(patchedError(6, {255, 255, 0, 0}).substr(0, 22), "damaged .npz archive: ");
}

TEST(NpzErrors, DamagedFilesNeverCrash) {
  std::string file = scratch("f.npz");
  std::mt19937 random(1);
  for (NpzCompression compression : {NpzCompression::Stored, NpzCompression::Deflated}) {
    writeNpz(file, {{"x", counted(ElementType::F32, {30})}, {"y", counted(ElementType::I8, {40})}},
             compression);
    std::vector<uint8_t> archive = readBytes(file);
    for (int round = 0; round < 1000; ++round) {
      std::vector<uint8_t> damaged = archive;
      for (int i = 0; i < 2; ++i)
        damaged[random() % damaged.size()] = static_cast<uint8_t>(random() % 2 ? random() : 255);
      if (random() % 4 == 0)
        damaged.resize(random() % damaged.size());
      writeBytes(file, damaged);
      errorOf([&] { readNpz(file); });
    }
  }
  // The same for bare arrays, whose bytes no checksum guards.
  writeNpy(file, counted(ElementType::F16, {3, 5}));
  std::vector<uint8_t> array = readBytes(file);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint8_t> damaged = array;
    damaged[random() % 80] = static_cast<uint8_t>(random());
    errorOf([&] { npy::parse(damaged, nullptr, "f.npy"); });
  }
}

/// Reads every .npy and .npz of FOLDER/numpy and writes it to FOLDER/ours. test/runtime/Tensor/numpy.test
/// gives a folder of NumPy's files; without one this writes its own.
TEST(NpzFolder, Rewrite) {
  const char *given = std::getenv("DNNC_NPZ_FOLDER");
  std::string folder = given ? given : scratch("folder");
  if (!given) {
    std::filesystem::create_directories(folder + "/numpy");
    std::filesystem::create_directories(folder + "/ours");
    writeNpy(folder + "/numpy/a.npy", counted(ElementType::F32, {2, 2}));
    writeNpz(folder + "/numpy/deflated.npz", {{"x", counted(ElementType::I8, {100})}},
             NpzCompression::Deflated);
  }
  for (const auto &entry : std::filesystem::directory_iterator(folder + "/numpy")) {
    std::string file = entry.path().string(), target = folder + "/ours/" + entry.path().filename().string();
    SCOPED_TRACE(file);
    if (file.ends_with(".npy"))
      writeNpy(target, readNpy(file));
    else
      writeNpz(target, readNpz(file),
               file.ends_with("deflated.npz") ? NpzCompression::Deflated : NpzCompression::Stored);
    EXPECT_GT(std::filesystem::file_size(target), 0u);
  }
}
