#include "link.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int socket_buffer_bytes = 4 << 20;

[[noreturn]] void fail(const char *what) {
  std::perror((std::string("load: ") + what).c_str());
  std::exit(1);
}

}  // namespace

Link::Link(const std::string &address, int port, int timeout_milliseconds) {
  sockaddr_in guest = {};
  guest.sin_family = AF_INET;
  guest.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &guest.sin_addr) != 1) {
    std::fprintf(stderr, "load: --address %s: expected an IPv4 address\n", address.c_str());
    std::exit(2);
  }
  socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  if (socket_ < 0) fail("socket");
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &socket_buffer_bytes, sizeof socket_buffer_bytes);
  setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &socket_buffer_bytes, sizeof socket_buffer_bytes);
  timeval timeout = {timeout_milliseconds / 1000, timeout_milliseconds % 1000 * 1000};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  // Connected: datagrams from elsewhere are not taken for answers.
  if (connect(socket_, reinterpret_cast<sockaddr *>(&guest), sizeof guest) != 0) fail("connect");
  for (int index = 0; index < batch; index++) {
    outgoing_vectors_[index] = {outgoing_[index], 0};
    incoming_vectors_[index] = {incoming_[index], datagram_bytes};
    outgoing_messages_[index].msg_hdr.msg_iov = &outgoing_vectors_[index];
    outgoing_messages_[index].msg_hdr.msg_iovlen = 1;
    incoming_messages_[index].msg_hdr.msg_iov = &incoming_vectors_[index];
    incoming_messages_[index].msg_hdr.msg_iovlen = 1;
  }
}

void Link::commit(int byte_count) {
  outgoing_vectors_[outgoing_count_++].iov_len = static_cast<size_t>(byte_count);
  if (outgoing_count_ == batch) flush();
}

void Link::flush() {
  int sent = 0;
  while (sent < outgoing_count_) {
    int count = sendmmsg(socket_, outgoing_messages_ + sent, static_cast<unsigned>(outgoing_count_ - sent), 0);
    if (count > 0) {
      sent += count;
    } else if (errno == ENOBUFS) {
      usleep(50);  // the device's queue is full
    } else if (errno != EINTR && errno != ECONNREFUSED) {
      fail("send");
    }
  }
  outgoing_count_ = 0;
}

int Link::receive() {
  for (;;) {
    int count = recvmmsg(socket_, incoming_messages_, batch, MSG_WAITFORONE, nullptr);
    if (count >= 0) return count;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR && errno != ECONNREFUSED) fail("receive");
  }
}
