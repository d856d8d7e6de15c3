// The instruction counter's file (tools/bench/plugin/count.c), mapped and read while the guest runs.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

class Counter {
 public:
  // Counts per address, or empty when the plugin keeps none.
  using Histogram = std::unordered_map<uint64_t, uint64_t>;

  // Maps the file; an empty path makes a counter that is absent. Ends the program when the file can not be mapped.
  explicit Counter(const std::string &path);

  bool is_present() const { return words_ != nullptr; }
  // Instructions executed so far; 0 when absent.
  uint64_t executed() const { return is_present() ? words_[0] : 0; }
  Histogram histogram() const;

 private:
  const volatile uint64_t *words_ = nullptr;
};

// Writes what was added between two histograms, as `address count` lines. Ends the program when it can not.
void write_difference(const std::string &path, const Counter::Histogram &before, const Counter::Histogram &after);
