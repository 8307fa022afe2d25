// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/stat_cache.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "base/digest.h"

namespace source {

namespace {

constexpr std::string_view kMagic = "runyard stat cache 1\n";
constexpr std::size_t kDigestSize = 64;
constexpr std::int64_t kDayNs = 86'400'000'000'000;

std::int64_t nanoseconds(const timespec& t) { return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; }

std::int64_t system_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

auto place(const FileStamp& stamp) { return std::tuple(stamp.device, stamp.inode); }

}  // namespace

FileStamp FileStamp::of(const struct stat& st) {
  return {st.st_dev, st.st_ino, static_cast<std::uint64_t>(st.st_size), nanoseconds(st.st_mtim),
          nanoseconds(st.st_ctim)};
}

StatCache::StatCache(base::Path file, Clock clock)
    : file_(std::move(file)), clock_(clock ? std::move(clock) : system_time) {}

// magic, SHA-256 of the records, records as they lie in memory: never read on another machine.
void StatCache::load() {
  static_assert(std::is_trivially_copyable_v<Record>);
  if (std::exchange(loaded_, true)) return;
  const auto content = base::read_file(file_, kMaxEntries * sizeof(Record) + 4096);
  if (!content || !content->starts_with(kMagic)) return;
  const std::string_view rest = std::string_view(*content).substr(kMagic.size());
  if (rest.size() < kDigestSize || (rest.size() - kDigestSize) % sizeof(Record) != 0) return;
  const std::string_view bytes = rest.substr(kDigestSize);
  if (base::sha256_hex(bytes) != rest.substr(0, kDigestSize)) return;
  records_.resize(bytes.size() / sizeof(Record));
  if (!records_.empty()) std::memcpy(static_cast<void*>(records_.data()), bytes.data(), bytes.size());
}

StatCache::Record* StatCache::lookup(const FileStamp& stamp) {
  const auto before = [](const Record& record, const FileStamp& asked) { return place(record.stamp) < place(asked); };
  const auto found = std::lower_bound(records_.begin(), records_.end(), stamp, before);
  return found != records_.end() && found->stamp == stamp ? &*found : nullptr;
}

bool StatCache::find(const FileStamp& stamp, std::string& sha256) {
  const std::lock_guard guard(mutex_);
  load();
  Record* record = lookup(stamp);
  if (!record) return false;
  record->used_day = clock_() / kDayNs;
  sha256.assign(record->sha256, kDigestSize);
  return true;
}

void StatCache::note(const FileStamp& stamp, std::string_view sha256) {
  const std::int64_t now = clock_();
  // A time in the future, from a clock that is not ours, is as good as now.
  if (sha256.size() != kDigestSize || std::max(stamp.mtime_ns, stamp.ctime_ns) > now - kRacyNs) return;
  Record record;
  record.stamp = stamp;
  record.used_day = now / kDayNs;
  std::memcpy(record.sha256, sha256.data(), kDigestSize);
  const std::lock_guard guard(mutex_);
  noted_.push_back(record);
}

// The last note of a place wins.
void StatCache::merge() {
  std::reverse(noted_.begin(), noted_.end());
  noted_.insert(noted_.end(), records_.begin(), records_.end());
  const auto order = [](const Record& a, const Record& b) { return place(a.stamp) < place(b.stamp); };
  const auto same = [](const Record& a, const Record& b) { return place(a.stamp) == place(b.stamp); };
  std::stable_sort(noted_.begin(), noted_.end(), order);
  noted_.erase(std::unique(noted_.begin(), noted_.end(), same), noted_.end());
  if (noted_.size() > kMaxEntries) {
    std::stable_sort(noted_.begin(), noted_.end(),
                     [](const Record& a, const Record& b) { return a.used_day > b.used_day; });
    noted_.resize(kMaxEntries);
    std::stable_sort(noted_.begin(), noted_.end(), order);
  }
  records_ = std::move(noted_);
  noted_.clear();
}

base::Result<void> StatCache::save() {
  const std::lock_guard guard(mutex_);
  if (noted_.empty()) return {};
  load();
  merge();
  const std::string_view bytes(reinterpret_cast<const char*>(records_.data()), records_.size() * sizeof(Record));
  std::string content(kMagic);
  (content += base::sha256_hex(bytes)) += bytes;
  TRY_FOR("cannot keep the digests of files", base::make_directories(file_.parent_path()));
  TRY_FOR("cannot keep the digests of files", base::write_file_atomic(file_, content));
  return {};
}

}  // namespace source
