// The packets of the order protocol, as a client writes and reads them.
//
// OUCH 5.0 messages (April 2023, 2 and 3) in MoldUDP64 1.00 packets; all integers big-endian.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wire {

// A client's name: the session field of the packet header, padded with spaces.
using Name = std::array<char, 10>;

inline constexpr int header_bytes = 20;
inline constexpr int enter_bytes = 47;
inline constexpr int cancel_bytes = 9;
inline constexpr int query_bytes = 1;
inline constexpr int largest_datagram = 1472;

template <typename Integer>
void store(uint8_t *to, Integer value) {
  value = std::endian::native == std::endian::little ? static_cast<Integer>(
              sizeof value == 8   ? __builtin_bswap64(value)
              : sizeof value == 4 ? __builtin_bswap32(static_cast<uint32_t>(value))
                                  : __builtin_bswap16(static_cast<uint16_t>(value)))
                                                     : value;
  std::memcpy(to, &value, sizeof value);
}

template <typename Integer>
Integer load(const uint8_t *from) {
  Integer value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<Integer>(sizeof value == 8   ? __builtin_bswap64(value)
                              : sizeof value == 4 ? __builtin_bswap32(static_cast<uint32_t>(value))
                                                  : __builtin_bswap16(static_cast<uint16_t>(value)));
}

inline int write_header(uint8_t *packet, const Name &name, uint64_t sequence, uint16_t count) {
  std::memcpy(packet, name.data(), name.size());
  store<uint64_t>(packet + 10, sequence);
  store<uint16_t>(packet + 18, count);
  return header_bytes;
}

struct Order {
  uint32_t reference;
  bool is_buy;
  uint32_t quantity;
  uint16_t symbol;
  uint64_t price;  // in ten-thousandths
};

// One packet with one Enter that may rest (time in force 0); returns its length.
inline int write_enter(uint8_t *packet, const Name &name, uint64_t sequence, const Order &order) {
  write_header(packet, name, sequence, 1);
  store<uint16_t>(packet + 20, enter_bytes);
  uint8_t *message = packet + 22;
  message[0] = 'O';
  store<uint32_t>(message + 1, order.reference);
  message[5] = order.is_buy ? 'B' : 'S';
  store<uint32_t>(message + 6, order.quantity);
  std::memcpy(message + 10, "SYM     ", 8);
  message[13] = static_cast<uint8_t>('A' + order.symbol / 26 % 26);
  message[14] = static_cast<uint8_t>('A' + order.symbol % 26);
  store<uint64_t>(message + 18, order.price);
  std::memcpy(message + 26, "0YPNN", 5);
  std::memcpy(message + 31, "LOAD          ", 14);
  store<uint16_t>(message + 45, 0);
  return header_bytes + 2 + enter_bytes;
}

// One packet with one Cancel of the whole order; returns its length.
inline int write_cancel(uint8_t *packet, const Name &name, uint64_t sequence, uint32_t reference) {
  write_header(packet, name, sequence, 1);
  store<uint16_t>(packet + 20, cancel_bytes);
  packet[22] = 'X';
  store<uint32_t>(packet + 23, reference);
  store<uint32_t>(packet + 27, 0);
  return header_bytes + 2 + cancel_bytes;
}

// One packet that asks for the next reference number; returns its length.
inline int write_query(uint8_t *packet, const Name &name) {
  write_header(packet, name, 1, 1);
  store<uint16_t>(packet + 20, query_bytes);
  packet[22] = 'Q';
  return header_bytes + 2 + query_bytes;
}

// What an outbound message says, as far as a load generator needs it.
struct Answer {
  enum Kind { accepted, canceled, executed, rejected, query, other } kind;
  uint32_t reference;
};

// Reads an outbound message; `other` when it is none that is known, or too short.
inline Answer read_answer(const uint8_t *message, int byte_count) {
  if (byte_count < 13) return {Answer::other, 0};
  uint32_t reference = load<uint32_t>(message + 9);
  switch (message[0]) {
    case 'A': return {Answer::accepted, reference};
    case 'C': return {Answer::canceled, reference};
    case 'E': return {Answer::executed, reference};
    case 'J': return {Answer::rejected, reference};
    case 'Q': return {Answer::query, reference};
    default: return {Answer::other, reference};
  }
}

}  // namespace wire
