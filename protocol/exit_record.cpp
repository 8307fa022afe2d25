// SPDX-License-Identifier: Apache-2.0
#include "protocol/exit_record.h"

#include "protocol/json.h"
#include "protocol/json_field.h"

namespace protocol {

using nlohmann::json;

namespace {

template <class T>
json optional_json(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

std::optional<int> int_at(const json& j, const char* key) {
  std::optional<int> number;
  if (const auto it = j.find(key); it != j.end() && fits<int>(*it)) number = it->get<int>();
  return number;
}

json error_json(const std::optional<ProgramError>& error) {
  if (!error) return nullptr;
  return {{"type", error->type}, {"message", error->message}, {"traceback", error->traceback}};
}

std::optional<ProgramError> error_at(const json& j) {
  const auto it = j.find("error");
  if (it == j.end() || !it->is_object()) return std::nullopt;
  auto read = program_error_from_json(*it);
  if (!read) return std::nullopt;
  return *read;
}

}  // namespace

json to_json(const ExitRecord& r) {
  return {{"version", r.version},
          {"outcome", to_string(r.outcome)},
          {"reason", r.reason},
          {"stage", text_or_null(r.stage)},
          {"code", optional_json(r.code)},
          {"signal", optional_json(r.signal)},
          {"message", text_or_null(r.message)},
          {"error_code", text_or_null(r.error_code)},
          {"error", error_json(r.error)},
          {"started", r.started > 0 ? json(r.started) : json(nullptr)},
          {"ended", r.ended},
          {"cpu_seconds", r.cpu_seconds},
          {"peak_bytes", r.peak_bytes},
          {"by", r.by},
          {"unkillable", r.unkillable},
          {"seal", r.seal}};
}

base::Result<ExitRecord> exit_record_from_json(const json& j) {
  if (!j.is_object()) return base::error("an exit record is a JSON object");
  ExitRecord r;
  r.version = int_at(j, "version").value_or(kExitVersion);
  const std::string outcome = text_at(j, "outcome");
  if (outcome == "completed") r.outcome = RunEvent::kCompleted;
  else if (outcome == "failed") r.outcome = RunEvent::kFailed;
  else if (outcome == "canceled") r.outcome = RunEvent::kCanceled;
  else return base::error("an exit record has no outcome '" + outcome + "'");
  r.reason = text_at(j, "reason");
  r.stage = text_at(j, "stage");
  r.code = int_at(j, "code");
  r.signal = int_at(j, "signal");
  r.message = text_at(j, "message");
  r.error_code = text_at(j, "error_code");
  r.error = error_at(j);
  r.started = value_at(j, "started", 0.0);
  r.ended = value_at(j, "ended", 0.0);
  r.cpu_seconds = value_at(j, "cpu_seconds", 0.0);
  r.peak_bytes = value_at(j, "peak_bytes", std::uint64_t{0});
  r.by = text_at(j, "by");
  if (const auto it = j.find("unkillable"); it != j.end() && it->is_array())
    for (const auto& item : *it)
      if (item.is_string()) r.unkillable.push_back(item.get<std::string>());
  if (const auto it = j.find("seal"); it != j.end() && it->is_object())
    for (const auto& [file, size] : it->items())
      if (size.is_number_unsigned()) r.seal[file] = size.get<std::uint64_t>();
  return r;
}

base::Result<ExitRecord> reported_ending_from_json(const json& j) {
  TRY_ASSIGN(const ExitRecord given, exit_record_from_json(j));
  ExitRecord r;
  r.outcome = given.outcome;
  r.reason = r.outcome == RunEvent::kCompleted ? "completed"
             : r.outcome == RunEvent::kFailed  ? "failed_by_request"
                                               : "cancelled";
  r.message = given.message;
  r.error = given.error;
  if (const auto code = j.find("code"); code != j.end() && !code->is_null()) {
    if (!code->is_string()) return base::error("'code' is not a string");
    r.error_code = code->get<std::string>();
  }
  r.by = "client";
  return r;
}

base::Result<ProgramError> program_error_from_json(const json& j) {
  if (!j.is_object()) return base::error("an error is described by a JSON object");
  ProgramError error{text_at(j, "type"), text_at(j, "message"), text_at(j, "traceback")};
  if (error.type.empty() && error.message.empty()) return base::error("an error needs a type or a message");
  return error;
}

json to_json(const StopRequest& request) {
  return {{"wish", request.cancel ? "cancel" : "fail"},
          {"by", request.by},
          {"message", text_or_null(request.message)},
          {"error_code", text_or_null(request.error_code)},
          {"error", error_json(request.error)},
          {"grace_seconds", optional_json(request.grace_seconds)},
          {"t", request.t}};
}

base::Result<StopRequest> stop_request_from_json(const json& j) {
  const std::string what = j.is_object() ? text_at(j, "wish") : std::string();
  if (what != "cancel" && what != "fail") return base::error("a stop request is cancel or fail, not '" + what + "'");
  StopRequest request;
  request.cancel = what == "cancel";
  request.by = text_at(j, "by");
  request.message = text_at(j, "message");
  request.error_code = text_at(j, "error_code");
  request.error = error_at(j);
  if (const auto it = j.find("grace_seconds"); it != j.end() && it->is_number())
    request.grace_seconds = it->get<double>();
  request.t = value_at(j, "t", 0.0);
  return request;
}

}  // namespace protocol
