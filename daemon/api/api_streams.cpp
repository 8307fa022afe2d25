// SPDX-License-Identifier: Apache-2.0
// Routes that go on: a log as it grows, and the event stream.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "daemon/api/api.h"
#include "daemon/api/log_index.h"
#include "daemon/api/log_tail.h"
#include "protocol/json.h"

namespace api {

using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kStreamPiece = 256 << 10;
constexpr std::chrono::seconds kHeartbeat(15);
constexpr std::int64_t kMostLines = 1'000'000;

/// One of the logs of a run.
struct RunLog {
  store::RunHead run;
  base::Path path;
  bool of_preparing = false;

  /// Nothing more is written.
  bool is_whole() const {
    const bool early = run.state == protocol::RunState::kQueued || run.state == protocol::RunState::kPreparing ||
                       run.state == protocol::RunState::kCancelRequested;
    return protocol::is_final(run.state) || (of_preparing && !early);
  }
};

/// Follows a log until it is whole and all is sent. Also before it is there.
class LogStream : public http::Stream {
 public:
  LogStream(Api& api, RunLog log, std::uint64_t offset)
      : api_(api), log_(std::move(log)), offset_(offset), listener_(api.hub, log_.run.id, store::kStateChanged) {}

  Task<std::optional<std::string>> next() override {
    for (;;) {
      // Asked before the log is read: what a run that has ended by now wrote is all there.
      const bool ended = co_await has_ended();
      watch();
      auto read = [this] { return read_some(); };
      std::string bytes = co_await async::run_on(api_.threads.quick, std::move(read));
      if (!bytes.empty()) co_return std::optional(std::move(bytes));
      if (ended) co_return std::nullopt;
      const bool woken = co_await listener_.wait(runs::Listener::Clock::now() + kHeartbeat);
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (!woken && state.cancelled() != boost::asio::cancellation_type::none) co_return std::nullopt;
    }
  }

 private:
  Task<bool> has_ended() {
    if (log_.is_whole()) co_return true;
    auto head = co_await head_of(api_, log_.run.id);
    if (!head) co_return true;  // removed meanwhile
    log_.run.state = head->state;
    co_return log_.is_whole();
  }

  void watch() {
    if (subscribed_) return;
    auto subscription = api_.file_events.subscribe(log_.path, listener_);
    if (!subscription) return;
    subscription_ = std::move(*subscription);
    subscribed_ = true;
  }

  std::string read_some() {
    if (!fd_) {
      auto opened = base::open_file(log_.path, O_RDONLY | O_NOFOLLOW);
      if (!opened) return "";
      fd_ = std::move(*opened);
    }
    auto bytes = base::read_at(fd_, offset_, kStreamPiece);
    if (!bytes) return "";
    offset_ += bytes->size();
    return std::move(*bytes);
  }

  Api& api_;
  RunLog log_;
  std::uint64_t offset_;
  base::Fd fd_;
  runs::Listener listener_;
  runs::FileEvents::Subscription subscription_;
  bool subscribed_ = false;
};

std::string event_text(const store::NumberedChange& numbered) {
  static constexpr std::pair<unsigned, const char*> kWords[] = {{store::kStateChanged, "state"}, {store::kMetricsChanged, "metrics"},
                                                                {store::kLogGrew, "log"},        {store::kFilesChanged, "files"},
                                                                {store::kTagsChanged, "tags"},   {store::kRunChanged, "run"}};
  json what = json::array();
  for (const auto& [bit, word] : kWords)
    if (numbered.change.what & bit) what.push_back(word);
  const json data = {{"run", numbered.change.run.empty() ? json(nullptr) : json(numbered.change.run)}, {"what", std::move(what)}};
  return "id: " + std::to_string(numbered.number) + "\ndata: " + data.dump() + "\n\n";
}

/// Every change of the daemon, from a number on.
class EventStream : public http::Stream {
 public:
  EventStream(Api& api, std::int64_t after) : hub_(api.hub), after_(after), listener_(hub_, "", ~0u) {}

  Task<std::optional<std::string>> next() override {
    if (!greeted_) {
      greeted_ = true;
      co_return std::optional("event: hello\ndata: {\"now\":" + std::to_string(hub_.last()) + "}\n\n");
    }
    for (;;) {
      if (std::string text = changes(); !text.empty()) co_return std::optional(std::move(text));
      const bool changed = co_await listener_.wait(runs::Listener::Clock::now() + kHeartbeat);
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (state.cancelled() != boost::asio::cancellation_type::none) co_return std::nullopt;
      if (!changed) co_return std::optional(std::string(": still here\n\n"));
    }
  }

 private:
  std::string changes() {
    const auto found = hub_.after(after_);
    after_ = hub_.last();
    if (!found) return "event: reset\ndata: {\"now\":" + std::to_string(after_) + "}\n\n";
    std::string text;
    for (const auto& change : *found) text += event_text(change);
    return text;
  }

  runs::Hub& hub_;
  std::int64_t after_;
  runs::Listener listener_;
  bool greeted_ = false;
};

Result<RunLog> log_named(const Api& api, const std::string& name, const store::RunHead& run) {
  const auto dir = api.place.state.run(run.id).attempt();
  if (name == "driver") return RunLog{run, dir.log(), false};
  if (name == "environment") return RunLog{run, dir.env_log(), true};
  return base::error("there is no log '" + name + "': 'name' is driver or environment");
}

Result<http::FileBody> log_from(const base::Path& path, std::uint64_t offset, std::optional<std::int64_t> tail) {
  http::FileBody body;
  auto fd = base::open_file(path, O_RDONLY | O_NOFOLLOW);
  if (!fd) return fd.error();
  body.fd = std::move(*fd);
  body.offset = offset;
  if (tail) { TRY_ASSIGN(body.offset, tail_offset(body.fd, static_cast<std::uint64_t>(*tail))); }
  TRY_ASSIGN(const std::uint64_t size, base::file_size(body.fd));
  body.offset = std::min(body.offset, size);
  body.length = size - body.offset;
  body.ranges = false;
  return body;
}

}  // namespace

Task<Response> get_log(Api& api, Request& request) {
  const auto follow = request.flag("follow", false);
  const auto offset = request.number("offset", 0, 0, std::numeric_limits<std::int64_t>::max());
  const auto tail = request.number("tail", 0, 1, kMostLines);
  if (!follow) co_return Response::error(follow.error());
  if (!offset) co_return Response::error(offset.error());
  if (!tail) co_return Response::error(tail.error());
  auto head = co_await head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  const auto log = log_named(api, request.value("name").value_or("driver"), *head);
  if (!log) co_return Response::error(log.error());
  const auto lines = *tail > 0 ? std::optional(*tail) : std::nullopt;
  auto open = [path = log->path, from = static_cast<std::uint64_t>(*offset), lines]() -> std::shared_ptr<http::FileBody> {
    auto body = log_from(path, from, lines);
    return body ? std::make_shared<http::FileBody>(std::move(*body)) : nullptr;
  };
  auto body = co_await async::run_on(api.threads.quick, std::move(open));
  if (*follow) {
    const std::uint64_t from = body ? body->offset : static_cast<std::uint64_t>(*offset);
    Response followed = Response::streamed(std::make_unique<LogStream>(api, *log, from), "application/octet-stream");
    followed.headers.emplace_back("Runyard-Offset", std::to_string(from));
    co_return followed;
  }
  if (!body) {
    Response empty = Response::text("");
    empty.content_type = "application/octet-stream";
    co_return empty;
  }
  Response response;
  response.content_type = "application/octet-stream";
  response.headers.emplace_back("Runyard-Offset", std::to_string(body->offset));
  response.body = std::move(*body);
  co_return response;
}

Task<Response> get_log_times(Api& api, Request& request) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  const auto from = request.number("from", 0, 0, kEnd), to = request.number("to", kEnd, 0, kEnd);
  if (!from || !to) co_return Response::error(from ? to.error() : from.error());
  const auto at = request.value("at");
  const auto time = at ? base::parse_iso_time(*at) : std::optional<base::Micros>();
  if (at && !time) co_return Response::error(400, "bad_request", "'at' is not a time: " + *at);
  auto head = co_await head_of(api, request.parameter("id"));
  if (!head) co_return Response::error(head.error());
  auto read = [path = api.place.state.run(head->id).attempt().log_index()] { return read_log_index(path); };
  auto index = co_await async::run_on(api.threads.quick, std::move(read));
  if (!index) co_return Response::error(index.error());
  const auto records = time ? record_at(*index, *time) : records_between(*index, static_cast<std::uint64_t>(*from), static_cast<std::uint64_t>(*to));
  json items = json::array();
  for (const auto& [written, offset] : records) items.push_back({{"offset", offset}, {"time", base::iso_time(written)}});
  co_return Response::json({{"items", std::move(items)}});
}

Task<Response> get_events(Api& api, Request& request) {
  const std::string last_id = request.header("last-event-id");
  const auto after = request.number("after", -1, 0, std::numeric_limits<std::int64_t>::max());
  if (!after) co_return Response::error(after.error());
  std::int64_t from = *after >= 0 ? *after : api.hub.last();
  if (*after < 0 && !last_id.empty() && last_id.size() < 19 && last_id.find_first_not_of("0123456789") == std::string::npos) from = std::stoll(last_id);
  co_return Response::streamed(std::make_unique<EventStream>(api, from), "text/event-stream");
}

}  // namespace api
