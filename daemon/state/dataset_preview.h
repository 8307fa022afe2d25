// SPDX-License-Identifier: Apache-2.0
// A look at the files of a dataset that costs little: a short list, and the beginning of the first one.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace state {

/// {"files": [{"path", "size"}], "more", "text": {"path", "content", "cut"} or null} of a dataset as find_dataset()
/// shows it. `more`: there may be other files. `text`: the beginning of the first file, without its last line where it
/// is cut; null where it is no text. Web addresses and patterns are not looked at. Waits for the disk.
nlohmann::json preview_of(const nlohmann::json& dataset);

}  // namespace state
