// SPDX-License-Identifier: Apache-2.0
#include "launcher/report_slot.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

namespace launcher {

base::Result<ReportSlot> ReportSlot::make() {
  base::Fd memory(memfd_create("runyard-report", MFD_CLOEXEC));
  if (!memory) return base::os_error("cannot make memory for a report");
  return ReportSlot(std::move(memory));
}

base::Result<void> ReportSlot::put(std::string_view text) const {
  if (ftruncate(memory_.get(), 0) != 0) return base::os_error("cannot report");
  TRY_FOR("cannot report", base::write_all_at(memory_, text, 0));
  return {};
}

std::string ReportSlot::get() const {
  const auto size = base::file_size(memory_);
  if (!size) return "";
  const auto text = base::read_at(memory_, 0, *size);
  return text ? *text : "";
}

}  // namespace launcher
