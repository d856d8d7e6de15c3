#include "counter.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int header_words = 8;
constexpr int line_words = 8;  // of a core

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

Counter::Counts Counter::executed() const {
  Counts counts;
  if (!is_present()) return counts;
  for (uint64_t core = 0; core < words_[0]; core++) {
    uint64_t count = words_[header_words + core * line_words];
    counts.push_back(count);
  }
  return counts;
}

Counter::Histogram Counter::histogram() const {
  Histogram counts;
  if (!is_present()) return counts;
  const uint64_t cores = words_[0], slots = words_[1];
  const volatile uint64_t *slot = words_ + header_words + cores * line_words;
  for (uint64_t index = 0; index < slots; index++, slot += 1 + cores) {
    uint64_t address = slot[0];
    if (address != 0) counts[address].assign(slot + 1, slot + 1 + cores);
  }
  return counts;
}

void write_difference(const std::string &path, const Counter::Histogram &before, const Counter::Histogram &after) {
  FILE *file = std::fopen(path.c_str(), "w");
  if (file == nullptr) fail(path);
  for (const auto &[address, counts] : after) {
    auto found = before.find(address);
    std::string line;
    bool is_executed = false;
    for (size_t core = 0; core < counts.size(); core++) {
      uint64_t added = counts[core] - (found == before.end() ? 0 : found->second[core]);
      line += " " + std::to_string(added);
      is_executed = is_executed || added != 0;
    }
    if (is_executed) std::fprintf(file, "0x%" PRIx64 "%s\n", address, line.c_str());
  }
  if (std::fclose(file) != 0) fail(path);
}
