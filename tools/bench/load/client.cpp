#include "client.hpp"

#include <cstdio>
#include <utility>

namespace {

// Bids and offers stand this far apart (in ten-thousandths), so that only crossing flow trades.
constexpr uint64_t highest_bid = 99'0000;
constexpr uint64_t lowest_offer = 101'0000;
constexpr uint64_t tick = 100;
constexpr unsigned level_count = 8;

}  // namespace

Client::Client(const Options &options, int number)
    : mode_(options.mode), symbols_(options.symbols), random_(options.seed * 64 + static_cast<uint64_t>(number)) {
  char text[32];
  int length = std::snprintf(text, sizeof text, "%s%02d", options.name.c_str(), number);
  name_.fill(' ');
  for (int index = 0; index < length; index++) name_[static_cast<size_t>(index)] = text[index];
}

void Client::begin(uint32_t next_reference, uint64_t next_sequence) {
  first_reference_ = next_reference_ = next_reference;
  expected_ = next_sequence;
}

Client::Sent *Client::find(uint32_t reference) {
  uint32_t index = reference - first_reference_;
  return index < sent_.size() ? &sent_[index] : nullptr;
}

int Client::write(uint8_t *packet, const wire::Order &order, int64_t now, bool completes_by_execution) {
  sent_.push_back({now, 0, completes_by_execution});
  waiting_++;
  return wire::write_enter(packet, name_, packet_sequence_++, order);
}

int Client::write_cancel(uint8_t *packet, uint32_t reference, int64_t now) {
  find(reference)->canceled = now;
  waiting_++;
  return wire::write_cancel(packet, name_, packet_sequence_++, reference);
}

int Client::write_enter(uint8_t *packet, int64_t now) {
  uint64_t bits = random_();
  bool is_buy = bits & 1;
  uint64_t depth = (bits >> 1) % level_count * tick;
  auto symbol = static_cast<uint16_t>((bits >> 16) % static_cast<unsigned>(symbols_));
  auto quantity = static_cast<uint32_t>(100 + (bits >> 40) % 900);
  wire::Order order = {next_reference_++, is_buy, quantity, symbol, is_buy ? highest_bid - depth : lowest_offer + depth};
  standing_.push_back(order.reference);
  return write(packet, order, now, false);
}

// The cancel is of any live order; the guest sees it after the Enter just sent, so that one may be hit, too.
int Client::write_flow(uint8_t *packet, int64_t now) {
  bool is_first = std::exchange(is_first_, !is_first_);
  if (mode_ == Mode::cross) {
    if (!is_first) {
      resting_.is_buy = !resting_.is_buy;
      resting_.reference = next_reference_++;
      return write(packet, resting_, now, true);
    }
    uint64_t bits = random_();
    resting_ = {next_reference_++, (bits & 1) != 0, static_cast<uint32_t>(100 + (bits >> 40) % 900),
                static_cast<uint16_t>((bits >> 16) % static_cast<unsigned>(symbols_)), 100'0000};
    return write(packet, resting_, now, false);
  }
  if (is_first) return write_enter(packet, now);
  std::swap(standing_[random_() % standing_.size()], standing_.back());
  return write_cancel_of_last(packet, now);
}

int Client::write_cancel_of_last(uint8_t *packet, int64_t now) {
  uint32_t reference = standing_.back();
  standing_.pop_back();
  return write_cancel(packet, reference, now);
}

int64_t Client::complete(int64_t &since, int64_t now) {
  if (since == 0) {
    late_++;
    return -1;
  }
  waiting_--;
  return now - std::exchange(since, 0);
}

int64_t Client::take(wire::Answer answer, int64_t now) {
  Sent *sent = find(answer.reference);
  if (sent == nullptr) return -1;
  switch (answer.kind) {
    case wire::Answer::accepted: return sent->completes_by_execution ? -1 : complete(sent->entered, now);
    case wire::Answer::executed: return sent->completes_by_execution ? complete(sent->entered, now) : -1;
    case wire::Answer::canceled: return complete(sent->canceled, now);
    case wire::Answer::rejected: rejected_++; return complete(sent->entered, now);
    case wire::Answer::query:
    case wire::Answer::other: return -1;
  }
  return -1;
}

int Client::lose() {
  for (Sent &sent : sent_) sent.entered = sent.canceled = 0;
  return std::exchange(waiting_, 0);
}
