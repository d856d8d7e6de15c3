// Closed-loop load for `make bench`: see options.cpp for what it does.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "counter.hpp"
#include "loop.hpp"
#include "options.hpp"

namespace {

constexpr useconds_t quiet_microseconds = 30'000;
constexpr useconds_t idle_microseconds = 300'000;

// For each core of the guest.
using Rates = std::vector<double>;

struct Report {
  int window;
  Measurement measured;
  Rates instructions;     // without those of an idle guest
  Rates idle_per_second;  // instructions of an idle guest
};

double sum(const Rates &rates) { return std::accumulate(rates.begin(), rates.end(), 0.0); }

// What was executed since `before`, for each core.
Rates executed_since(const Counter::Counts &before, const Counter &counter) {
  Counter::Counts now = counter.executed();
  Rates added(now.size());
  for (size_t core = 0; core < now.size(); core++) added[core] = static_cast<double>(now[core] - before[core]);
  return added;
}

// Instructions a second while nothing is asked of the guest.
Rates idle_rate(const Counter &counter) {
  if (!counter.is_present()) return {};
  usleep(quiet_microseconds);
  Counter::Counts before = counter.executed();
  usleep(idle_microseconds);
  Rates rates = executed_since(before, counter);
  for (double &rate : rates) rate *= 1e6 / idle_microseconds;
  return rates;
}

Report measure(Loop &loop, const Options &options, const Counter &counter, int window) {
  if (options.warmup > 0) loop.run(options.warmup, window);
  Report report = {window, {}, {}, idle_rate(counter)};
  bool wants_histogram = !options.histogram.empty();
  Counter::Histogram histogram = wants_histogram ? counter.histogram() : Counter::Histogram();
  Counter::Counts before = counter.executed();
  report.measured = loop.run(options.orders, window);
  if (counter.is_present()) {
    usleep(quiet_microseconds);  // the guest goes on for a moment after its last answer
    double seconds = static_cast<double>(report.measured.elapsed) / 1e9 + quiet_microseconds / 1e6;
    report.instructions = executed_since(before, counter);
    for (size_t core = 0; core < report.instructions.size(); core++) {
      double &count = report.instructions[core];
      count = std::max(0.0, count - report.idle_per_second[core] * seconds);
    }
  }
  if (wants_histogram) write_difference(options.histogram, histogram, counter.histogram());
  std::sort(report.measured.latencies.begin(), report.measured.latencies.end());
  return report;
}

// In microseconds; 0 without any answer.
double percentile(const std::vector<int64_t> &sorted, double share) {
  if (sorted.empty()) return 0;
  auto index = static_cast<size_t>(share * static_cast<double>(sorted.size()));
  return static_cast<double>(sorted[std::min(index, sorted.size() - 1)]) / 1000;
}

// One for each core, as JSON.
std::string list(const Rates &rates, double share) {
  std::string text;
  for (double rate : rates) {
    char number[32];
    std::snprintf(number, sizeof number, "%s%.1f", text.empty() ? "[" : ", ", rate * share);
    text += number;
  }
  return text + "]";
}

void print(const Options &options, const Loop &loop, const Report &report) {
  const Measurement &measured = report.measured;
  auto answered = static_cast<double>(measured.latencies.size());
  double seconds = static_cast<double>(measured.elapsed) / 1e9;
  double share = answered > 0 ? 1 / answered : 0, per_order = sum(report.instructions) * share;
  double p50 = percentile(measured.latencies, 0.5), p99 = percentile(measured.latencies, 0.99);
  double p999 = percentile(measured.latencies, 0.999);
  double packed = measured.datagrams > 0 ? answered / static_cast<double>(measured.datagrams) : 0;
  if (options.json) {
    std::printf("{\"mode\": \"%s\", \"window\": %d, \"clients\": %d, \"orders\": %.0f, \"seconds\": %.6f, "
                "\"orders_per_second\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, "
                "\"orders_per_datagram\": %.2f, \"lost\": %" PRIu64 ", \"asked_again\": %" PRIu64
                ", \"late\": %" PRIu64 ", \"rejected\": %" PRIu64,
                mode_name(options.mode), report.window, options.clients, answered, seconds, answered / seconds, p50, p99,
                p999, packed, measured.lost, measured.asked_again, loop.late(), loop.rejected());
    if (!options.counter.empty()) {
      std::printf(", \"instructions\": %.0f, \"instructions_per_order\": %.1f, "
                  "\"idle_instructions_per_second\": %.0f, \"instructions_per_order_of_cores\": %s, "
                  "\"idle_instructions_per_second_of_cores\": %s",
                  sum(report.instructions), per_order, sum(report.idle_per_second),
                  list(report.instructions, share).c_str(), list(report.idle_per_second, 1).c_str());
    }
    std::printf("}\n");
  } else {
    std::printf("%-11s window %4d: %8.0f orders/s  p50 %8.1f us  p99 %8.1f us  p99.9 %8.1f us  %5.2f answers/datagram",
                mode_name(options.mode), report.window, answered / seconds, p50, p99, p999, packed);
    if (!options.counter.empty()) {
      std::printf("  %8.1f instructions/order of cores %s", per_order, list(report.instructions, share).c_str());
    }
    if (measured.lost + measured.asked_again + loop.late() + loop.rejected() > 0) {
      std::printf("  LOST %" PRIu64 ", asked again %" PRIu64 ", late %" PRIu64 ", rejected %" PRIu64, measured.lost,
                  measured.asked_again, loop.late(), loop.rejected());
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

}  // namespace

int main(int count, char **arguments) {
  Options options = read_options(count, arguments);
  Counter counter(options.counter);
  auto loop = std::make_unique<Loop>(options);
  loop->begin();
  loop->enter_standing();
  for (int window : options.windows) print(options, *loop, measure(*loop, options, counter, window));
  loop->cancel_standing();
  return 0;
}
