#include "loop.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

constexpr int filling_window = 64;
constexpr int most_silences = 20;
constexpr uint64_t echo_slots = 1 << 16;

int64_t now_nanoseconds() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

[[noreturn]] void fail_for_silence(const Options &options) {
  std::fprintf(stderr, "load: no answer from %s:%d\n", options.address.c_str(), options.port);
  std::exit(1);
}

}  // namespace

Loop::Loop(const Options &options)
    : options_(options), link_(options.address, options.port, options.timeout_milliseconds),
      asked_from_(static_cast<size_t>(options.clients)), echo_sent_(echo_slots) {
  for (int number = 0; number < options.clients; number++) clients_.emplace_back(options, number);
}

void Loop::begin() {
  if (options_.mode == Mode::echo) return;
  for (Client &client : clients_) {
    int tries = 0;
    for (bool is_known = false; !is_known;) {
      if (++tries > most_silences) fail_for_silence(options_);
      link_.commit(wire::write_query(link_.open(), client.name()));
      link_.flush();
      int count = link_.receive();
      for (int index = 0; index < count; index++) {
        auto datagram = link_.datagram(index);
        if (datagram.size() < 35 || find(datagram.data()) != &client) continue;
        // The last message of the stream's newest packet is the query's answer.
        auto messages = wire::load<uint16_t>(datagram.data() + 18);
        auto answer = wire::read_answer(datagram.data() + 22, static_cast<int>(datagram.size()) - 22);
        if (messages != 1 || answer.kind != wire::Answer::query) continue;
        client.begin(answer.reference, wire::load<uint64_t>(datagram.data() + 10) + 1);
        is_known = true;
      }
    }
  }
}

Client *Loop::find(const uint8_t *name) {
  for (Client &client : clients_) {
    if (std::memcmp(client.name().data(), name, client.name().size()) == 0) return &client;
  }
  return nullptr;
}

Measurement Loop::run(uint64_t count, int window) {
  return run(count, window, [](Client &client, uint8_t *packet, int64_t now) { return client.write_flow(packet, now); });
}

void Loop::enter_standing() {
  if (options_.mode != Mode::rest_cancel && options_.mode != Mode::echo) return;
  uint64_t count = static_cast<uint64_t>(options_.standing) * clients_.size();
  auto enter = [](Client &client, uint8_t *packet, int64_t now) { return client.write_enter(packet, now); };
  run(count, filling_window, enter);
}

void Loop::cancel_standing() {
  auto cancel = [](Client &client, uint8_t *packet, int64_t now) { return client.write_cancel_of_last(packet, now); };
  uint64_t count = 0;
  for (const Client &client : clients_) count += client.standing();
  if (options_.mode == Mode::rest_cancel && count > 0) run(count, filling_window, cancel);
}

Measurement Loop::run(uint64_t count, int window, const Writer &writer) {
  Measurement measured;
  measured.latencies.reserve(count);
  uint64_t sent = 0;
  int64_t start = now_nanoseconds();
  while (measured.latencies.size() + measured.lost < count) {
    int64_t now = now_nanoseconds();
    for (; waiting_ < window && sent < count; sent++, waiting_++) {
      Client &client = clients_[turn_];
      uint8_t *packet = link_.open();
      int byte_count = writer(client, packet, now);
      if (options_.mode == Mode::echo) {
        echo_sent_[++packet_ % echo_slots] = now;
        wire::store<uint64_t>(packet + 10, packet_);
      }
      link_.commit(byte_count);
      if (client.is_between_pairs()) turn_ = (turn_ + 1) % clients_.size();
    }
    link_.flush();
    int received = link_.receive();
    now = now_nanoseconds();
    measured.elapsed = now - start;
    measured.datagrams += static_cast<uint64_t>(received);
    if (received == 0) {
      time_out(measured);
    } else {
      silences_ = 0;
    }
    for (int index = 0; index < received; index++) {
      if (options_.mode == Mode::echo) {
        take_echo(link_.datagram(index), now, measured);
      } else {
        take(link_.datagram(index), now, measured);
      }
    }
  }
  return measured;
}

void Loop::take_echo(std::span<const uint8_t> datagram, int64_t now, Measurement &measured) {
  if (datagram.size() < wire::header_bytes) return;
  int64_t &since = echo_sent_[wire::load<uint64_t>(datagram.data() + 10) % echo_slots];
  if (since == 0) return;
  measured.latencies.push_back(now - since);
  since = 0;
  waiting_--;
}

void Loop::take(std::span<const uint8_t> datagram, int64_t now, Measurement &measured) {
  if (datagram.size() < wire::header_bytes) return;
  Client *client = find(datagram.data());
  if (client == nullptr) return;
  auto sequence = wire::load<uint64_t>(datagram.data() + 10);
  int count = wire::load<uint16_t>(datagram.data() + 18);
  if (count == 0 && sequence == client->expected_sequence()) {  // nothing is kept back: the orders did not arrive
    int lost = client->lose();
    measured.lost += static_cast<uint64_t>(lost);
    waiting_ -= lost;
    return;
  }
  if (sequence > client->expected_sequence()) return ask_again(*client, measured);
  size_t position = wire::header_bytes;
  for (int index = 0; index < count && position + 2 <= datagram.size(); index++, sequence++) {
    int byte_count = wire::load<uint16_t>(datagram.data() + position);
    position += 2;
    if (position + static_cast<size_t>(byte_count) > datagram.size()) return;
    if (sequence == client->expected_sequence()) {
      client->advance_sequence();
      int64_t latency = client->take(wire::read_answer(datagram.data() + position, byte_count), now);
      if (latency >= 0) {
        measured.latencies.push_back(latency);
        waiting_--;
      }
    }
    position += static_cast<size_t>(byte_count);
  }
}

// One request at a time: what was sent after the gap asks for nothing more.
void Loop::ask_again(Client &client, Measurement &measured) {
  uint64_t &asked = asked_from_[static_cast<size_t>(&client - clients_.data())];
  if (asked == client.expected_sequence()) return;
  asked = client.expected_sequence();
  measured.asked_again++;
  link_.commit(wire::write_header(link_.open(), client.name(), asked, 0));
}

void Loop::time_out(Measurement &measured) {
  if (++silences_ > most_silences) fail_for_silence(options_);
  if (options_.mode == Mode::echo) {
    std::fill(echo_sent_.begin(), echo_sent_.end(), 0);
    measured.lost += static_cast<uint64_t>(waiting_);
    waiting_ = 0;
    return;
  }
  std::fill(asked_from_.begin(), asked_from_.end(), 0);
  for (Client &client : clients_) {
    if (client.waiting() > 0) ask_again(client, measured);
  }
}

uint64_t Loop::late() const {
  uint64_t sum = 0;
  for (const Client &client : clients_) sum += client.late();
  return sum;
}

uint64_t Loop::rejected() const {
  uint64_t sum = 0;
  for (const Client &client : clients_) sum += client.rejected();
  return sum;
}
