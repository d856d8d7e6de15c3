#include "counter.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int header_words = 4;

[[noreturn]] void fail(const std::string &path) {
  std::perror(("load: " + path).c_str());
  std::exit(1);
}

}  // namespace

Counter::Counter(const std::string &path) {
  if (path.empty()) return;
  int file = open(path.c_str(), O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail(path);
  if (status.st_size < header_words * 8) {
    std::fprintf(stderr, "load: %s: shorter than the counter's file is; is QEMU running with count.so?\n", path.c_str());
    std::exit(1);
  }
  void *base = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, file, 0);
  if (base == MAP_FAILED) fail(path);
  close(file);
  words_ = static_cast<const volatile uint64_t *>(base);
}

Counter::Histogram Counter::histogram() const {
  Histogram counts;
  if (!is_present()) return counts;
  const volatile uint64_t *slots = words_ + header_words;
  for (uint64_t slot = 0; slot < words_[1]; slot++) {
    uint64_t address = slots[2 * slot];
    if (address != 0) counts[address] = slots[2 * slot + 1];
  }
  return counts;
}

void write_difference(const std::string &path, const Counter::Histogram &before, const Counter::Histogram &after) {
  FILE *file = std::fopen(path.c_str(), "w");
  if (file == nullptr) fail(path);
  for (const auto &[address, count] : after) {
    auto found = before.find(address);
    uint64_t added = count - (found == before.end() ? 0 : found->second);
    if (added != 0) std::fprintf(file, "0x%" PRIx64 " %" PRIu64 "\n", address, added);
  }
  if (std::fclose(file) != 0) fail(path);
}
