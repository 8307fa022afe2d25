// SPDX-License-Identifier: Apache-2.0
// The route of the event stream: every change, as it happens.

#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kEventHeartbeat(15);

std::string event_text(const store::NumberedChange& numbered) {
  static constexpr std::pair<unsigned, const char*> kWords[] = {
      {store::kStateChanged, "state"}, {store::kMetricsChanged, "metrics"}, {store::kLogGrew, "log"},
      {store::kFilesChanged, "files"}, {store::kTagsChanged, "tags"},       {store::kRunChanged, "run"}};
  json what = json::array();
  for (const auto& [bit, word] : kWords)
    if (numbered.change.what & bit) what.push_back(word);
  const json data = {{"run", numbered.change.run.empty() ? json(nullptr) : json(numbered.change.run)},
                     {"what", std::move(what)}};
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
      const bool changed = co_await listener_.wait(runs::Listener::Clock::now() + kEventHeartbeat);
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

}  // namespace

Task<Result<Response>> get_events(Api& api, Request& request) {
  const std::string last_id = request.header("last-event-id");
  CO_TRY_ASSIGN(const std::int64_t after, request.number("after", -1, 0, std::numeric_limits<std::int64_t>::max()));
  std::int64_t from = after >= 0 ? after : api.hub.last();
  if (after < 0 && !last_id.empty() && last_id.size() < 19 &&
      last_id.find_first_not_of("0123456789") == std::string::npos)
    from = std::stoll(last_id);
  co_return Response::streamed(std::make_unique<EventStream>(api, from), "text/event-stream");
}

}  // namespace api
