// SPDX-License-Identifier: Apache-2.0
// nlohmann's JSON, compiled once: a source that includes this instead of <nlohmann/json.hpp> calls the members in
// protocol/json.cpp and does not make its own copies of them, which takes a fifth off its compile time.
#pragma once

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
