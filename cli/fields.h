// SPDX-License-Identifier: Apache-2.0
// Reading answers of the API without trusting them: a field that is missing or of another type is its default.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace cli {

std::string text_of(const nlohmann::json& object, const char* key);
std::int64_t number_of(const nlohmann::json& object, const char* key, std::int64_t otherwise = 0);
double real_of(const nlohmann::json& object, const char* key, double otherwise = 0);
bool is_true(const nlohmann::json& object, const char* key);
/// The member, or a null that lives for ever.
const nlohmann::json& member(const nlohmann::json& object, const char* key);
/// The member when it is an array, else an empty one.
const nlohmann::json& list_of(const nlohmann::json& object, const char* key);

}  // namespace cli
