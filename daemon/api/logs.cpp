// SPDX-License-Identifier: Apache-2.0
// Routes of logs: whole, from an offset or a line on, or as they grow; and when which bytes were written.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "daemon/api/api.h"
#include "daemon/api/log_index.h"
#include "daemon/api/log_tail.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

constexpr std::size_t kStreamPiece = 256 << 10;
constexpr std::chrono::seconds kLogHeartbeat(15);
constexpr std::int64_t kMostLines = 1'000'000;

/// One of the logs of a run.
struct RunLog {
  store::RunHead run;
  base::Path path;
  bool of_preparing = false;

  /// Nothing more will be written.
  bool is_whole() const {
    const bool early = run.state == protocol::RunState::kQueued || run.state == protocol::RunState::kPreparing ||
                       run.state == protocol::RunState::kCancelRequested;
    return protocol::is_final(run.state) || (of_preparing && !early);
  }
};

/// Follows a log until it is whole and all of it is sent. The log may not be there yet. A run that follows the log of
/// another waits for it: the other may need a slot, when its environment is built.
class LogStream : public http::Stream {
 public:
  LogStream(Api& api, RunLog log, std::uint64_t offset, const std::optional<store::RunHead>& asker)
      : api_(api), log_(std::move(log)), offset_(offset), listener_(api.hub, log_.run.id, store::kStateChanged) {
    if (asker && asker->key != log_.run.key) yielded_.emplace(api.runs, asker->key);
  }

  Task<std::optional<std::string>> next() override {
    for (;;) {
      // Asked before the log is read: what a run that has ended by now wrote is all there.
      const bool ended = co_await has_ended();
      watch();
      auto read = [this] { return read_some(); };
      std::string bytes = co_await async::run_on(api_.threads.quick, std::move(read));
      if (!bytes.empty()) co_return std::optional(std::move(bytes));
      if (ended) co_return std::nullopt;
      const bool woken = co_await listener_.wait(runs::Listener::Clock::now() + kLogHeartbeat);
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (!woken && state.cancelled() != boost::asio::cancellation_type::none) co_return std::nullopt;
    }
  }

 private:
  Task<bool> has_ended() {
    if (log_.is_whole()) co_return true;
    auto head = co_await head_of(api_, log_.run.id);
    if (!head) co_return true;  // it was removed meanwhile
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
  std::optional<runs::Runs::YieldedSlot> yielded_;
};

Result<RunLog> log_named(const Api& api, const std::string& name, const store::RunHead& run) {
  const auto dir = api.place.state.run(run.id).attempt();
  if (name == "driver") return RunLog{run, dir.log(), false};
  if (name == "environment") return RunLog{run, dir.env_log(), true};
  return base::error("there is no log '" + name + "': 'name' is driver or environment");
}

Result<http::FileBody> log_from(const base::Path& path, std::uint64_t offset, std::optional<std::uint64_t> tail) {
  http::FileBody body;
  TRY_ASSIGN(body.fd, base::open_file(path, O_RDONLY | O_NOFOLLOW));
  body.offset = offset;
  if (tail) {
    TRY_ASSIGN(body.offset, tail_offset(body.fd, *tail));
  }
  TRY_ASSIGN(const std::uint64_t size, base::file_size(body.fd));
  body.offset = std::min(body.offset, size);
  body.length = size - body.offset;
  body.ranges = false;
  return body;
}

struct LogQuery {
  bool follow = false;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> tail;  ///< so many lines, whatever the offset
};

Result<LogQuery> log_query_of(const Request& request) {
  LogQuery query;
  TRY_ASSIGN(query.follow, request.flag("follow", false));
  TRY_ASSIGN(const std::int64_t offset, request.number("offset", 0, 0, std::numeric_limits<std::int64_t>::max()));
  TRY_ASSIGN(const std::int64_t tail, request.number("tail", 0, 1, kMostLines));
  query.offset = static_cast<std::uint64_t>(offset);
  if (tail > 0) query.tail = static_cast<std::uint64_t>(tail);
  return query;
}

/// Null when there is no log yet.
Task<std::shared_ptr<http::FileBody>> open_log(Api& api, base::Path path, LogQuery query) {
  auto open = [path, query]() -> std::shared_ptr<http::FileBody> {
    auto body = log_from(path, query.offset, query.tail);
    return body ? std::make_shared<http::FileBody>(std::move(*body)) : nullptr;
  };
  co_return co_await async::run_on(api.threads.quick, std::move(open));
}

}  // namespace

Task<Result<Response>> get_log(Api& api, Request& request) {
  CO_TRY_ASSIGN(const LogQuery query, log_query_of(request));
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, request.parameter("id")));
  CO_TRY_ASSIGN(const RunLog log, log_named(api, request.value("name").value_or("driver"), run));
  const auto body = co_await open_log(api, log.path, query);
  const std::uint64_t offset = body ? body->offset : query.offset;
  const auto asker = co_await asker_of(api, request);
  Response response = Response::text("");
  if (query.follow) response.body = std::make_unique<LogStream>(api, log, offset, asker);
  else if (body) response.body = std::move(*body);
  response.content_type = "application/octet-stream";
  if (query.follow || body) response.headers.emplace_back("Runyard-Offset", std::to_string(offset));
  co_return response;
}

Task<Result<Response>> get_log_times(Api& api, Request& request) {
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  CO_TRY_ASSIGN(const std::int64_t from, request.number("from", 0, 0, kEnd));
  CO_TRY_ASSIGN(const std::int64_t to, request.number("to", kEnd, 0, kEnd));
  const auto at = request.value("at");
  const auto time = at ? base::parse_iso_time(*at) : std::optional<base::Micros>();
  if (at && !time) co_return base::error("'at' is not a time: " + *at);
  AWAIT_TRY_ASSIGN(const store::RunHead run, head_of(api, request.parameter("id")));
  auto read = [path = api.place.state.run(run.id).attempt().log_index()] { return read_log_index(path); };
  AWAIT_TRY_ASSIGN(const LogIndex index, async::run_on(api.threads.quick, std::move(read)));
  const auto records = time ? record_at(index, *time)
                            : records_between(index, static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to));
  json items = json::array();
  for (const auto& [written, offset] : records)
    items.push_back({{"offset", offset}, {"time", base::iso_time(written)}});
  co_return Response::json({{"items", std::move(items)}});
}

}  // namespace api
