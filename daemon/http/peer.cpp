// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/peer.h"

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

namespace yard {

namespace {

constexpr std::string_view kCannot = "cannot find who opened a connection";

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
base::Result<Question> question_about(int accepted) {
  sockaddr_storage ours{}, theirs{};
  socklen_t size = sizeof ours;
  if (::getsockname(accepted, reinterpret_cast<sockaddr*>(&ours), &size) != 0) return base::os_error(kCannot);
  size = sizeof theirs;
  if (::getpeername(accepted, reinterpret_cast<sockaddr*>(&theirs), &size) != 0) return base::os_error(kCannot);
  Question question;
  question.head.nlmsg_len = sizeof question;
  question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.head.nlmsg_flags = NLM_F_REQUEST;
  question.body.sdiag_family = static_cast<__u8>(ours.ss_family);
  question.body.sdiag_protocol = IPPROTO_TCP;
  question.body.idiag_states = ~0u;
  auto& id = question.body.id;
  id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (!put_address(theirs, id.idiag_src, id.idiag_sport) || !put_address(ours, id.idiag_dst, id.idiag_dport))
    return base::error(std::string(kCannot) + ": it is neither IPv4 nor IPv6");
  return question;
}

base::Result<std::string> ask_kernel(const Question& question) {
  const base::Fd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink) return base::os_error(kCannot);
  const sockaddr_nl kernel{AF_NETLINK, 0, 0, 0};
  if (::sendto(netlink.get(), &question, sizeof question, 0, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0)
    return base::os_error(kCannot);
  std::string answer(8192, '\0');
  ssize_t got = 0;
  do got = ::recv(netlink.get(), answer.data(), answer.size(), MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0) return base::os_error(kCannot);
  answer.resize(static_cast<std::size_t>(got));
  return answer;
}

base::Error nobody() {
  return base::error(std::string(kCannot) + ": its other end is closed or not on this machine", std::errc::no_such_process);
}

/// A lookup that finds no connection may find a listener at that port, and a closed one has uid 0 and inode 0.
base::Result<TcpPeer> holder(const std::string& answer, const inet_diag_sockid& asked) {
  nlmsghdr head{};
  inet_diag_msg found{};
  if (answer.size() < NLMSG_HDRLEN + sizeof found) return nobody();
  std::memcpy(&head, answer.data(), sizeof head);
  if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY) return nobody();
  std::memcpy(&found, answer.data() + NLMSG_HDRLEN, sizeof found);
  const bool same = found.id.idiag_sport == asked.idiag_sport && found.id.idiag_dport == asked.idiag_dport;
  // Who has sent all and shut down that half still holds the socket, and waits for the answer.
  const bool open = found.idiag_state == TCP_ESTABLISHED || found.idiag_state == TCP_FIN_WAIT1 || found.idiag_state == TCP_FIN_WAIT2;
  if (!same || !open || found.idiag_inode == 0) return nobody();
  return TcpPeer{found.idiag_uid, found.idiag_inode};
}

}  // namespace

uid_t overflow_uid() {
  constexpr uid_t kUsual = 65534;
  const auto text = base::read_file("/proc/sys/kernel/overflowuid", 16);
  uid_t uid = kUsual;
  if (text) std::from_chars(text->data(), text->data() + text->size(), uid);
  return uid;
}

base::Result<uid_t> unix_peer_uid(int accepted) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return base::os_error(kCannot);
  return who.uid;
}

base::Result<TcpPeer> tcp_peer(int accepted) {
  TRY_ASSIGN(const auto question, question_about(accepted));
  TRY_ASSIGN(const auto answer, ask_kernel(question));
  return holder(answer, question.body.id);
}

}  // namespace yard
