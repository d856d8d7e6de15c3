#include "options.hpp"

#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr const char *usage =
    "usage: load [options]\n"
    "\n"
    "Sends orders to a guest over UDP and measures the answers, in a closed loop: an answer makes room for the next\n"
    "order. One order per datagram. After the warm-up the loop is emptied, so that the measured part begins and ends\n"
    "with nothing on its way.\n"
    "\n"
    "  --mode MODE        rest-cancel: half Enter that rests, half Cancel of those, the number of live orders constant\n"
    "                     cross: an Enter that rests, then one that trades with it\n"
    "                     echo: the datagrams of rest-cancel, to a guest that sends each back\n"
    "                     default: rest-cancel\n"
    "  --window LIST      orders on their way, of all clients together; several, separated by commas, are measured one\n"
    "                     after the other; default: 64\n"
    "  --orders N         orders measured at each window; default: 100000\n"
    "  --warmup N         orders before that; default: 5000\n"
    "  --clients K        names, taking turns; default: 1\n"
    "  --name TEXT        what the names begin with, at most 8 characters; default: LOAD\n"
    "  --standing N       live orders per client in rest-cancel; default: 4096\n"
    "  --symbols N        1 to 676; default: 64\n"
    "  --seed N           which orders are canceled, their prices and sizes; default: 1\n"
    "  --timeout MS       when an answer counts as late and is asked for again; default: 200\n"
    "  --address A --port P   default: 10.0.2.15 26400\n"
    "  --counter FILE     the file of the instruction counter (count.so,out=FILE): prints instructions per order\n"
    "  --histogram FILE   with --counter and histogram=on: writes for the measured part lines of `address` and each\n"
    "                     core's count\n"
    "  --json             one JSON object a line\n";

[[noreturn]] void fail(const char *option, const char *text, const char *expected) {
  std::fprintf(stderr, "load: --%s %s: expected %s\n", option, text, expected);
  std::exit(2);
}

long number(const char *option, const char *text, long least, long most) {
  char *end;
  long value = std::strtol(text, &end, 10);
  if (*text == 0 || *end != 0 || value < least || value > most) {
    char expected[64];
    std::snprintf(expected, sizeof expected, "a number from %ld to %ld", least, most);
    fail(option, text, expected);
  }
  return value;
}

std::vector<int> windows(const char *text) {
  std::vector<int> list;
  std::string rest = text;
  for (;;) {
    size_t comma = rest.find(',');
    list.push_back(static_cast<int>(number("window", rest.substr(0, comma).c_str(), 1, 4096)));
    if (comma == std::string::npos) return list;
    rest = rest.substr(comma + 1);
  }
}

Mode mode(const char *text) {
  for (Mode mode : {Mode::echo, Mode::rest_cancel, Mode::cross}) {
    if (std::strcmp(text, mode_name(mode)) == 0) return mode;
  }
  fail("mode", text, "rest-cancel, cross or echo");
}

}  // namespace

const char *mode_name(Mode mode) {
  switch (mode) {
    case Mode::echo: return "echo";
    case Mode::rest_cancel: return "rest-cancel";
    case Mode::cross: return "cross";
  }
  return "";
}

Options read_options(int count, char **arguments) {
  enum { a_mode, a_window, an_order, a_warmup, a_client, a_name, a_standing, a_symbol, a_seed, a_timeout, an_address,
         a_port, a_counter, a_histogram, a_json, a_help };
  static const option known[] = {
      {"mode", 1, nullptr, a_mode},         {"window", 1, nullptr, a_window},
      {"orders", 1, nullptr, an_order},     {"warmup", 1, nullptr, a_warmup},
      {"clients", 1, nullptr, a_client},    {"name", 1, nullptr, a_name},
      {"standing", 1, nullptr, a_standing}, {"symbols", 1, nullptr, a_symbol},
      {"seed", 1, nullptr, a_seed},         {"timeout", 1, nullptr, a_timeout},
      {"address", 1, nullptr, an_address},  {"port", 1, nullptr, a_port},
      {"counter", 1, nullptr, a_counter},   {"histogram", 1, nullptr, a_histogram},
      {"json", 0, nullptr, a_json},         {"help", 0, nullptr, a_help},
      {nullptr, 0, nullptr, 0}};
  Options options;
  int found;
  while ((found = getopt_long(count, arguments, "", known, nullptr)) != -1) {
    switch (found) {
      case a_mode: options.mode = mode(optarg); break;
      case a_window: options.windows = windows(optarg); break;
      case an_order: options.orders = number("orders", optarg, 2, 1'000'000'000); break;
      case a_warmup: options.warmup = number("warmup", optarg, 0, 1'000'000'000); break;
      case a_client: options.clients = number("clients", optarg, 1, 64); break;
      case a_name: options.name = optarg; break;
      case a_standing: options.standing = number("standing", optarg, 1, 1'000'000); break;
      case a_symbol: options.symbols = number("symbols", optarg, 1, 676); break;
      case a_seed: options.seed = number("seed", optarg, 0, 1L << 62); break;
      case a_timeout: options.timeout_milliseconds = number("timeout", optarg, 1, 60'000); break;
      case an_address: options.address = optarg; break;
      case a_port: options.port = number("port", optarg, 1, 65'535); break;
      case a_counter: options.counter = optarg; break;
      case a_histogram: options.histogram = optarg; break;
      case a_json: options.json = true; break;
      case a_help: std::fputs(usage, stdout); std::exit(0);
      default: std::fputs("load: --help lists the options\n", stderr); std::exit(2);
    }
  }
  if (optind < count) {
    std::fprintf(stderr, "load: unknown argument '%s'; --help lists the options\n", arguments[optind]);
    std::exit(2);
  }
  if (options.name.empty() || options.name.size() > 8) fail("name", options.name.c_str(), "1 to 8 characters");
  if (!options.histogram.empty() && options.counter.empty()) {
    std::fputs("load: --histogram needs --counter FILE\n", stderr);
    std::exit(2);
  }
  return options;
}
