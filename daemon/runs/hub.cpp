// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/hub.h"

#include <boost/asio/use_awaitable.hpp>

#include "daemon/async/as_tuple.h"

namespace runs {

namespace {

constexpr std::size_t kRecent = 4096;

}  // namespace

void Hub::publish(std::vector<store::NumberedChange> changes) {
  for (auto& change : changes) {
    last_ = change.number;
    for (Listener* const listener : *listeners_) listener->tell(change.change);
    recent_.push_back(std::move(change));
    if (recent_.size() > kRecent) recent_.pop_front();
  }
}

std::optional<std::vector<store::NumberedChange>> Hub::after(std::int64_t number) const {
  if (number == last_) return std::vector<store::NumberedChange>();
  if (number > last_) return std::nullopt;  // of another database
  if (recent_.empty() || recent_.front().number > number + 1) return std::nullopt;
  std::vector<store::NumberedChange> changes;
  for (const auto& change : recent_)
    if (change.number > number) changes.push_back(change);
  return changes;
}

Listener::Listener(Hub& hub, std::string run, unsigned mask, Heard heard)
    : run_(std::move(run)), mask_(mask), heard_(std::move(heard)), timer_(hub.loop_), all_(hub.listeners_),
      place_(all_->insert(all_->end(), this)) {}

Listener::~Listener() { all_->erase(place_); }

void Listener::tell(const store::Change& change) {
  if ((change.what & mask_) == 0 || (!run_.empty() && change.run != run_)) return;
  if (heard_) heard_(change);
  poke();
}

void Listener::poke() {
  changed_ = true;
  timer_.cancel();
}

Task<bool> Listener::wait(Clock::time_point deadline) {
  while (!changed_) {
    if (Clock::now() >= deadline) co_return false;
    timer_.expires_at(deadline);
    auto waited = co_await timer_.async_wait(async::kAsTuple);
    const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != boost::asio::cancellation_type::none) co_return false;
    static_cast<void>(waited);
  }
  changed_ = false;
  co_return true;
}

}  // namespace runs
