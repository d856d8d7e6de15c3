// Datagrams to and from the guest, many in one system call.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <span>
#include <string>

class Link {
 public:
  static constexpr int batch = 64;
  static constexpr int datagram_bytes = 2048;

  // Ends the program when there is no socket to be had or the address can not be read.
  Link(const std::string &address, int port, int timeout_milliseconds);

  // Where the next datagram to send is to be written; its length goes to `commit`. `flush` sends when there are
  // `batch` of them, so that there is always room.
  uint8_t *open() { return outgoing_[outgoing_count_]; }
  void commit(int byte_count);
  // Sends what was committed.
  void flush();

  // Waits for datagrams and returns how many came; 0 after the time-out.
  int receive();
  // The payload of one that came; valid until the next `receive`.
  std::span<const uint8_t> datagram(int index) const {
    return {incoming_[index], incoming_messages_[index].msg_len};
  }

 private:
  int socket_;
  int outgoing_count_ = 0;
  uint8_t outgoing_[batch][datagram_bytes];
  uint8_t incoming_[batch][datagram_bytes];
  iovec outgoing_vectors_[batch];
  iovec incoming_vectors_[batch];
  mmsghdr outgoing_messages_[batch] = {};
  mmsghdr incoming_messages_[batch] = {};
};
