// The instruction counter's file (tools/bench/plugin/count.c), mapped and read while the guest runs.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

class Counter {
 public:
  // A count for each of the guest's cores.
  using Counts = std::vector<uint64_t>;
  // Counts per address, or empty when the plugin keeps none.
  using Histogram = std::unordered_map<uint64_t, Counts>;

  // Maps the file; an empty path makes a counter that is absent. Ends the program when the file can not be mapped.
  explicit Counter(const std::string &path);

  bool is_present() const { return words_ != nullptr; }
  // Instructions that each core has executed so far; empty when absent.
  Counts executed() const;
  Histogram histogram() const;

 private:
  const volatile uint64_t *words_ = nullptr;
};

// Writes what was added between two histograms, as lines of `address` and a count for each core. Ends the program when it can not.
void write_difference(const std::string &path, const Counter::Histogram &before, const Counter::Histogram &after);
