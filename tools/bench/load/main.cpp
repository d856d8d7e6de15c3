// Closed-loop load for `make bench`: see options.cpp for what it does.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>

#include "counter.hpp"
#include "loop.hpp"
#include "options.hpp"

namespace {

constexpr useconds_t quiet_microseconds = 30'000;
constexpr useconds_t idle_microseconds = 300'000;

struct Report {
  int window;
  Measurement measured;
  uint64_t instructions = 0;   // without those of an idle guest
  double idle_per_second = 0;  // instructions of an idle guest
};

// Instructions a second while nothing is asked of the guest.
double idle_rate(const Counter &counter) {
  if (!counter.is_present()) return 0;
  usleep(quiet_microseconds);
  uint64_t before = counter.executed();
  usleep(idle_microseconds);
  return static_cast<double>(counter.executed() - before) * 1e6 / idle_microseconds;
}

Report measure(Loop &loop, const Options &options, const Counter &counter, int window) {
  if (options.warmup > 0) loop.run(options.warmup, window);
  Report report = {window, {}, 0, idle_rate(counter)};
  bool wants_histogram = !options.histogram.empty();
  Counter::Histogram histogram = wants_histogram ? counter.histogram() : Counter::Histogram();
  uint64_t before = counter.executed();
  report.measured = loop.run(options.orders, window);
  if (counter.is_present()) {
    usleep(quiet_microseconds);  // the guest goes on for a moment after its last answer
    double seconds = static_cast<double>(report.measured.elapsed) / 1e9 + quiet_microseconds / 1e6;
    auto executed = static_cast<double>(counter.executed() - before);
    report.instructions = static_cast<uint64_t>(std::max(0.0, executed - report.idle_per_second * seconds));
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

void print(const Options &options, const Loop &loop, const Report &report) {
  const Measurement &measured = report.measured;
  auto answered = static_cast<double>(measured.latencies.size());
  double seconds = static_cast<double>(measured.elapsed) / 1e9;
  double per_order = answered > 0 ? static_cast<double>(report.instructions) / answered : 0;
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
      std::printf(", \"instructions\": %" PRIu64 ", \"instructions_per_order\": %.1f, "
                  "\"idle_instructions_per_second\": %.0f",
                  report.instructions, per_order, report.idle_per_second);
    }
    std::printf("}\n");
  } else {
    std::printf("%-11s window %4d: %8.0f orders/s  p50 %8.1f us  p99 %8.1f us  p99.9 %8.1f us  %5.2f answers/datagram",
                mode_name(options.mode), report.window, answered / seconds, p50, p99, p999, packed);
    if (!options.counter.empty()) std::printf("  %8.1f instructions/order", per_order);
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
