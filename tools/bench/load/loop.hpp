// The closed loop: keeps a window of orders on their way, and times each.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "client.hpp"
#include "link.hpp"
#include "options.hpp"

struct Measurement {
  std::vector<int64_t> latencies;  // nanoseconds, one for each answered order
  int64_t elapsed = 0;             // nanoseconds, from the first order sent to the last answer
  uint64_t datagrams = 0;          // received
  uint64_t asked_again = 0;        // requests to send again
  uint64_t lost = 0;               // orders without an answer
};

class Loop {
 public:
  explicit Loop(const Options &options);

  // Asks the guest where each name stands. Ends the program when it does not answer.
  void begin();
  // Sends `count` orders, never more than `window` on their way, and waits for all.
  Measurement run(uint64_t count, int window);
  // Enters the standing orders of rest-cancel, and takes them away again.
  void enter_standing();
  void cancel_standing();

  uint64_t late() const;
  uint64_t rejected() const;

 private:
  // Writes an order of a client into a packet and returns its length.
  using Writer = std::function<int(Client &, uint8_t *, int64_t)>;

  Measurement run(uint64_t count, int window, const Writer &writer);
  void take(std::span<const uint8_t> datagram, int64_t now, Measurement &measured);
  void take_echo(std::span<const uint8_t> datagram, int64_t now, Measurement &measured);
  void ask_again(Client &client, Measurement &measured);
  void time_out(Measurement &measured);
  Client *find(const uint8_t *name);

  Options options_;
  Link link_;
  std::vector<Client> clients_;
  std::vector<uint64_t> asked_from_;  // by client: the sequence asked for last; 0 for none
  size_t turn_ = 0;
  int waiting_ = 0;
  int silences_ = 0;  // time-outs in a row
  uint64_t packet_ = 0;
  std::vector<int64_t> echo_sent_;  // by packet number, when; 0: nothing is waited for
};
