// One client of the guest: its name, its reference numbers, what it waits for, and its place in the guest's stream.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "options.hpp"
#include "wire.hpp"

class Client {
 public:
  Client(const Options &options, int number);

  const wire::Name &name() const { return name_; }
  int waiting() const { return waiting_; }
  uint64_t expected_sequence() const { return expected_; }

  // Takes up where the guest says this name stands.
  void begin(uint32_t next_reference, uint64_t next_sequence);

  // Each writes one packet with one order and returns its length. `now` is in nanoseconds.
  int write_enter(uint8_t *packet, int64_t now);
  int write_flow(uint8_t *packet, int64_t now);
  int write_cancel_of_last(uint8_t *packet, int64_t now);
  // Whether the flow's next order is the first of a pair.
  bool is_between_pairs() const { return is_first_; }
  size_t standing() const { return standing_.size(); }

  // Takes an answer; when it completes an order, returns how long that took, else -1.
  int64_t take(wire::Answer answer, int64_t now);
  void advance_sequence() { expected_++; }

  // Gives up all that is waited for, and returns how many.
  int lose();
  uint64_t late() const { return late_; }
  uint64_t rejected() const { return rejected_; }

 private:
  struct Sent {
    int64_t entered = 0;   // when; 0: nothing is waited for
    int64_t canceled = 0;  // when
    bool completes_by_execution = false;
  };

  wire::Order next_order(uint32_t symbol, bool is_buy, uint64_t price, uint32_t quantity);
  int write(uint8_t *packet, const wire::Order &order, int64_t now, bool completes_by_execution);
  int write_cancel(uint8_t *packet, uint32_t reference, int64_t now);
  int64_t complete(int64_t &since, int64_t now);
  Sent *find(uint32_t reference);

  Mode mode_;
  int symbols_;
  wire::Name name_;
  std::mt19937_64 random_;
  uint64_t packet_sequence_ = 1;
  uint64_t expected_ = 1;
  uint32_t first_reference_ = 1;
  uint32_t next_reference_ = 1;
  std::vector<Sent> sent_;          // by reference
  std::vector<uint32_t> standing_;  // references of live orders
  wire::Order resting_ = {};        // the first of a crossing pair
  bool is_first_ = true;
  int waiting_ = 0;
  uint64_t late_ = 0;
  uint64_t rejected_ = 0;
};
