// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/file_events.h"

#include <sys/inotify.h>

#include <cstring>

namespace runs {

using base::Result;

Result<std::unique_ptr<FileEvents>> FileEvents::make(boost::asio::io_context& loop) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return base::os_error("cannot watch files");
  return std::unique_ptr<FileEvents>(new FileEvents(loop, fd));
}

FileEvents::FileEvents(boost::asio::io_context& loop, int inotify) : inotify_(loop, inotify), buffer_(16 << 10, '\0') {
  wait_for_events();
}

void FileEvents::wait_for_events() {
  inotify_.async_read_some(boost::asio::buffer(buffer_), [this](boost::system::error_code error, std::size_t size) {
    if (error == boost::asio::error::operation_aborted) return;
    std::string_view bytes(buffer_.data(), error ? 0 : size);
    while (bytes.size() >= sizeof(inotify_event)) {
      inotify_event event;
      std::memcpy(&event, bytes.data(), sizeof event);
      bytes.remove_prefix(sizeof event + event.len);
      for (const auto& [watch, listeners] : listeners_)
        if (watch == event.wd || (event.mask & IN_Q_OVERFLOW))
          for (Listener* const listener : listeners) listener->poke();
    }
    wait_for_events();
  });
}

Result<FileEvents::Subscription> FileEvents::subscribe(const base::Path& file, Listener& listener) {
  const int watch = ::inotify_add_watch(inotify_.native_handle(), file.c_str(), IN_MODIFY | IN_DONT_FOLLOW);
  if (watch < 0) return base::os_error("cannot watch '" + file.string() + "'");
  listeners_[watch].insert(&listener);
  return Subscription(*this, watch, listener);
}

FileEvents::Subscription& FileEvents::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(events_, other.events_);
  std::swap(watch_, other.watch_);
  std::swap(listener_, other.listener_);
  return *this;
}

FileEvents::Subscription::~Subscription() {
  if (!events_) return;
  auto& listeners = events_->listeners_[watch_];
  listeners.erase(listeners.find(listener_));
  if (!listeners.empty()) return;
  events_->listeners_.erase(watch_);
  ::inotify_rm_watch(events_->inotify_.native_handle(), watch_);
}

}  // namespace runs
