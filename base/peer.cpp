// SPDX-License-Identifier: Apache-2.0
#include "base/peer.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/fd.h"
#include "base/file.h"

namespace base {

namespace {

constexpr std::string_view kNoPeer = "cannot find who is at the other end of a connection";

struct Question {
  nlmsghdr head{};
  inet_diag_req_v2 body{};
};

/// Address and port as inet_diag wants them.
bool put_address(const sockaddr_storage& from, __be32 (&address)[4], __be16& port) {
  if (from.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    address[0] = v4.sin_addr.s_addr;
    port = v4.sin_port;
    return true;
  }
  if (from.ss_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  std::memcpy(address, &v6.sin6_addr, sizeof address);
  port = v6.sin6_port;
  return true;
}

/// The peer's own socket: its source is our peer, its destination is us.
Result<Question> question_about(int connected) {
  sockaddr_storage own{}, theirs{};
  socklen_t size = sizeof own;
  if (::getsockname(connected, reinterpret_cast<sockaddr*>(&own), &size) != 0) return os_error(kNoPeer);
  size = sizeof theirs;
  if (::getpeername(connected, reinterpret_cast<sockaddr*>(&theirs), &size) != 0) return os_error(kNoPeer);
  Question question;
  question.head.nlmsg_len = sizeof question;
  question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.head.nlmsg_flags = NLM_F_REQUEST;
  question.body.sdiag_family = static_cast<__u8>(own.ss_family);
  question.body.sdiag_protocol = IPPROTO_TCP;
  question.body.idiag_states = ~0u;
  auto& id = question.body.id;
  id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (!put_address(theirs, id.idiag_src, id.idiag_sport) || !put_address(own, id.idiag_dst, id.idiag_dport))
    return error(std::string(kNoPeer) + ": it is neither IPv4 nor IPv6");
  return question;
}

Result<std::string> ask_kernel(const Question& question) {
  const Fd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink) return os_error(kNoPeer);
  const sockaddr_nl kernel{AF_NETLINK, 0, 0, 0};
  if (::sendto(netlink.get(), &question, sizeof question, 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) < 0)
    return os_error(kNoPeer);
  std::string answer(8192, '\0');
  ssize_t got = 0;
  do got = ::recv(netlink.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0) return os_error(kNoPeer);
  answer.resize(static_cast<std::size_t>(got));
  return answer;
}

Error no_owner() {
  return error(std::string(kNoPeer) + ": it is closed, not accepted yet, or not on this machine",
               std::errc::no_such_process);
}

/// A lookup that finds no connection may find a listener at that port, and a closed one has uid 0 and inode 0.
Result<TcpPeer> owner_in(const std::string& answer, const inet_diag_sockid& asked) {
  nlmsghdr head{};
  inet_diag_msg found{};
  if (answer.size() < NLMSG_HDRLEN + sizeof found) return no_owner();
  std::memcpy(&head, answer.data(), sizeof head);
  if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY) return no_owner();
  std::memcpy(&found, answer.data() + NLMSG_HDRLEN, sizeof found);
  const bool same = found.id.idiag_sport == asked.idiag_sport && found.id.idiag_dport == asked.idiag_dport;
  // A peer that has sent everything and shut down that half still holds the socket, and waits for the answer.
  const bool open =
      found.idiag_state == TCP_ESTABLISHED || found.idiag_state == TCP_FIN_WAIT1 || found.idiag_state == TCP_FIN_WAIT2;
  if (!same || !open || found.idiag_inode == 0) return no_owner();
  return TcpPeer{found.idiag_uid, found.idiag_inode};
}

}  // namespace

uid_t overflow_uid() {
  constexpr uid_t kUsual = 65534;
  const auto text = read_file("/proc/sys/kernel/overflowuid", 16);
  uid_t uid = kUsual;
  if (text) std::from_chars(text->data(), text->data() + text->size(), uid);
  return uid;
}

Result<uid_t> unix_peer_uid(int connected) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(connected, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return os_error(kNoPeer);
  return who.uid;
}

Result<TcpPeer> tcp_peer(int connected) {
  TRY_ASSIGN(const auto question, question_about(connected));
  TRY_ASSIGN(const auto answer, ask_kernel(question));
  return owner_in(answer, question.body.id);
}

}  // namespace base
