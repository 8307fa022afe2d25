// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

namespace base {

void set_up_log(const Path& file) {
  if (file.empty()) {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("runyard"));
  } else {
    spdlog::set_default_logger(spdlog::basic_logger_mt("runyard", file.string()));
    ::chmod(file.c_str(), 0600);
  }
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  spdlog::flush_on(spdlog::level::info);
}

}  // namespace base
