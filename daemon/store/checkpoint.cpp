// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/checkpoint.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <utility>

#include "daemon/store/health.h"
#include "daemon/store/sqlite.h"

namespace store {

namespace {

constexpr std::chrono::seconds kEvery(2);
constexpr off_t kWorthwhile = 4 << 20;

off_t log_size(const base::Path& database) {
  struct stat status {};
  return ::stat((database.string() + "-wal").c_str(), &status) == 0 ? status.st_size : 0;
}

}  // namespace

Checkpointer::Checkpointer(base::Path database, std::function<void()> damaged)
    : database_(std::move(database)), damaged_(std::move(damaged)), thread_([this] { live(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::live() {
  auto database = Database::open(database_);
  if (!database) return spdlog::error("Cannot move the database's log: {}", database.error().message);
  std::unique_lock lock(mutex_);
  for (bool checked = false; !wake_.wait_for(lock, kEvery, [&] { return stopping_; });) {
    if (!std::exchange(checked, true)) check_every_page(database_);  // only now, so that a start is quick
    if (has_damage(database_)) return damaged_();
    if (log_size(database_) < kWorthwhile) continue;
    lock.unlock();
    if (const auto moved = database->execute("PRAGMA wal_checkpoint(PASSIVE)"); !moved)
      spdlog::warn("{}, trying again in {} s", moved.error().message, kEvery.count());
    lock.lock();
  }
}

}  // namespace store
