// SPDX-License-Identifier: Apache-2.0
#include "protocol/inputs.h"

#include <array>
#include <filesystem>
#include <set>
#include <string_view>

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace protocol {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 3> kModes = {"download", "mount", "link"};

base::Error refuse_input(const Input& input, const std::string& why) {
  return base::error("the input '" + base::to_utf8(input.name) + "' of 'inputs' " + why);
}

bool is_variable(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !is_letter(name[0])) return false;
  for (const char c : name)
    if (!is_letter(c) && !(c >= '0' && c <= '9')) return false;
  return true;
}

/// Without "." and "..", doubled slashes and one at the end.
std::string plain_path(const std::string& path) {
  std::string plain = std::filesystem::path(path).lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

bool is_absolute(const std::string& path) { return path.starts_with('/') && path.find('\0') == std::string::npos; }

base::Result<void> read_mode(const json& j, Input& input) {
  std::string mode;
  TRY_FOR("'inputs'", read_field(j, "mode", mode));
  for (std::size_t i = 0; i < kModes.size(); ++i)
    if (mode == kModes[i]) {
      input.mode = static_cast<InputMode>(i);
      return {};
    }
  return refuse_input(input, "has the mode '" + mode + "', not download, mount or link");
}

base::Result<void> check_files(const Input& input) {
  if (input.mode == InputMode::kLink && input.files) return refuse_input(input, "is a link, and has 'files'");
  if (input.single && (!input.files || input.files->size() != 1))
    return refuse_input(input, "is 'single' without one of 'files'");
  if (!input.files) return {};
  if (input.files->empty()) return refuse_input(input, "has no files");
  for (const auto& file : *input.files)
    if (!base::is_safe_relative(file))
      return refuse_input(input, "has the file '" + base::to_utf8(file) + "', which is no path inside its source");
  return {};
}

/// `outputs` and `logs` are made and collected: what lies there belongs to the run.
base::Result<void> check_place(const Input& input) {
  const std::string& place = input.place;
  if (place.empty())
    return input.mode == InputMode::kLink ? refuse_input(input, "is a link without a 'place'") : base::Result<void>();
  if (place.starts_with('/')) {
    if (place == "/" || !is_absolute(place))
      return refuse_input(input, "cannot be given at '" + base::to_utf8(place) + "'");
    return {};
  }
  if (!base::is_safe_relative(place))
    return refuse_input(input,
                        "cannot be given at '" + base::to_utf8(place) + "': not a path inside the working directory");
  const std::string top = place.substr(0, place.find('/'));
  if (top == "outputs" || top == "logs")
    return refuse_input(input,
                        "cannot be given at '" + base::to_utf8(place) + "': that folder is for what the run makes");
  return {};
}

base::Result<Input> input_from_json(const json& j) {
  if (!j.is_object()) return base::error("'inputs' holds something that is no object");
  Input input;
  TRY_FOR("'inputs'", read_field(j, "name", input.name));
  if (!is_variable(input.name)) return refuse_input(input, "has a name that no variable can have");
  TRY(read_mode(j, input));
  TRY_ASSIGN_FOR("'inputs.source'", input.source, bytes_from_json(j.value("source", json(""))));
  input.source = plain_path(input.source);
  if (!is_absolute(input.source)) return refuse_input(input, "has a source that is not an absolute path");
  if (const auto files = j.find("files"); files != j.end() && !files->is_null()) {
    TRY_ASSIGN_FOR("'inputs.files'", input.files, list_from_json(*files));
  }
  TRY_FOR("'inputs'", read_field(j, "single", input.single));
  if (const auto place = j.find("place"); place != j.end() && !place->is_null()) {
    TRY_ASSIGN_FOR("'inputs.place'", input.place, bytes_from_json(*place));
    input.place = plain_path(input.place);
  }
  TRY(check_files(input));
  TRY(check_place(input));
  return input;
}

}  // namespace

json to_json(const std::vector<Input>& inputs) {
  json list = json::array();
  for (const auto& input : inputs)
    list.push_back({{"name", input.name},
                    {"mode", kModes[static_cast<std::size_t>(input.mode)]},
                    {"source", bytes_to_json(input.source)},
                    {"files", input.files ? list_to_json(*input.files) : json(nullptr)},
                    {"single", input.single},
                    {"place", input.place.empty() ? json(nullptr) : bytes_to_json(input.place)}});
  return list;
}

base::Result<std::vector<Input>> inputs_from_json(const json& body) {
  std::vector<Input> inputs;
  const auto it = body.find("inputs");
  if (it == body.end() || it->is_null()) return inputs;
  if (!it->is_array()) return base::error("'inputs' is not an array");
  std::set<std::string> names, places;
  for (const auto& item : *it) {
    TRY_ASSIGN(Input input, input_from_json(item));
    if (!names.insert(input.name).second) return refuse_input(input, "is there twice");
    if (!input.place.empty() && !places.insert(input.place).second)
      return refuse_input(input, "is given at '" + base::to_utf8(input.place) + "', as another one");
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace protocol
