// The command line of the load generator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

enum class Mode { echo, rest_cancel, cross };

struct Options {
  Mode mode = Mode::rest_cancel;
  std::string address = "10.0.2.15";
  int port = 26400;
  std::vector<int> windows = {64};
  uint64_t orders = 100'000;
  uint64_t warmup = 5'000;
  int clients = 1;
  std::string name = "LOAD";
  int standing = 4096;
  int symbols = 64;
  uint64_t seed = 1;
  int timeout_milliseconds = 200;
  std::string counter;    // the plugin's file
  std::string histogram;  // where the measured part's counts per address go
  bool json = false;
};

// Reads the command line; on a mistake or --help it prints and ends the program.
Options read_options(int count, char **arguments);

const char *mode_name(Mode mode);
