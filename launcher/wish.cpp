// SPDX-License-Identifier: Apache-2.0
#include "launcher/wish.h"

#include "base/text.h"
#include "protocol/json.h"

namespace launcher {

std::optional<protocol::Wish> read_wish(const Attempt& attempt) {
  const auto text = base::read_file(attempt.run.wishes());
  if (!text) return {};
  for (const auto& line : base::split(*text, '\n')) {
    const auto parsed = protocol::parse_json(line, "record/wishes.jsonl");
    if (!parsed) continue;
    if (auto wish = protocol::wish_from_json(*parsed)) return std::move(*wish);
  }
  return {};
}

}  // namespace launcher
