// SPDX-License-Identifier: Apache-2.0
// Wakes those who follow a growing file, at each write. A file is watched only while it is followed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/file.h"
#include "daemon/runs/hub.h"

namespace runs {

/// Owned by serve(); loop thread only.
class FileEvents {
 public:
  static base::Result<std::unique_ptr<FileEvents>> make(boost::asio::io_context& loop);

  /// While it lives, `listener` is poked when the file is written to. The listener outlives it.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(FileEvents& events, int watch, Listener& listener)
        : events_(&events), watch_(watch), listener_(&listener) {}
    Subscription(Subscription&& other) noexcept { *this = std::move(other); }
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    FileEvents* events_ = nullptr;
    int watch_ = -1;
    Listener* listener_ = nullptr;
  };
  base::Result<Subscription> subscribe(const base::Path& file, Listener& listener);

 private:
  FileEvents(boost::asio::io_context& loop, int inotify);
  void wait_for_events();

  boost::asio::posix::stream_descriptor inotify_;
  std::map<int, std::multiset<Listener*>> listeners_;
  std::string buffer_;
};

}  // namespace runs
