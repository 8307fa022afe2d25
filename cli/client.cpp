// SPDX-License-Identifier: Apache-2.0
#include "cli/client.h"

#include <array>
#include <charconv>
#include <initializer_list>

#include "base/lock.h"
#include "base/ownership.h"
#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr int kProtocol = 1;
constexpr std::chrono::seconds kStatusPatience{10};
const std::string kApi = "/api/v1";

std::string encoded(std::string_view text) { return base::percent_encode(text); }
std::string encoded_path(std::string_view path) { return base::percent_encode(path, "/"); }
std::string run_path(const std::string& id) { return kApi + "/runs/" + encoded(id); }

/// "?a=b&c=d"; skips pairs whose value is empty.
std::string query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs)
    if (!value.empty()) text += (text.empty() ? "?" : "&") + name + "=" + encoded(value);
  return text;
}

std::string workspace_query(const json& workspace) {
  return query({{"subscription_id", text_at(workspace, "subscription_id")},
                {"resource_group", text_at(workspace, "resource_group")},
                {"workspace", text_at(workspace, "name")}});
}

std::string service_path(const json& workspace, const std::string& name, const std::string& below = "") {
  return kApi + "/services/" + encoded(name) + below + workspace_query(workspace);
}

std::string json_text(const json& j) { return protocol::to_text(j); }

std::errc cause_of(int status) {
  switch (status) {
    case 403:
      return std::errc::permission_denied;
    case 404:
      return std::errc::no_such_file_or_directory;
    case 409:
      return std::errc::file_exists;
    case 413:
      return std::errc::file_too_large;
    case 503:
      return std::errc::resource_unavailable_try_again;
    default:
      return std::errc::invalid_argument;
  }
}

/// The error in the body of an answer; a sentence of this program when the body has none.
Refusal refusal_of(const Response& response) {
  const json body = json::parse(response.body, nullptr, false);
  const json& error = member_at(body, "error");
  Refusal refusal{text_at(error, "code"), text_at(error, "message"), json_text(member_at(error, "details"))};
  if (refusal.code.empty()) refusal.code = "http_" + std::to_string(response.status);
  if (refusal.message.empty())
    refusal.message = "the daemon answered with status " + std::to_string(response.status) + " and no explanation";
  return refusal;
}

base::Error lacks(const std::string& member) {
  return base::error("the daemon's answer has no '" + member + "': restart the daemon with the version of this program",
                     std::errc::bad_message);
}

/// A text that no command can do without.
base::Result<std::string> required_text(const json& answer, const char* key) {
  std::string text = text_at(answer, key);
  if (text.empty()) return lacks(key);
  return text;
}

/// The answer, if it has all of these texts.
base::Result<json> with_texts(base::Result<json> answer, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (answer && text_at(*answer, key).empty()) return lacks(key);
  return answer;
}

base::Result<json> run_from(base::Result<json> answer) { return with_texts(std::move(answer), {"id", "status"}); }

base::Result<json> list_from(base::Result<json> answer) {
  if (answer && !member_at(*answer, "items").is_array()) return lacks("items");
  return answer;
}

base::Error not_running(const std::string& why) {
  return base::error("no daemon is running: " + why, std::errc::connection_refused);
}

}  // namespace

base::Result<DaemonFile> daemon_file_from(std::string_view text) {
  TRY_ASSIGN(const json j, protocol::parse_json(text, "daemon.json"));
  DaemonFile file;
  file.endpoint = {text_at(j, "socket"), text_at(j, "host"), static_cast<int>(number_at(j, "port"))};
  file.protocol = static_cast<int>(number_at(j, "protocol"));
  if (file.endpoint.socket.empty() && (file.endpoint.port <= 0 || file.endpoint.port > 65535))
    return base::error("daemon.json names neither a socket nor a port");
  return file;
}

base::Result<Client> Client::open(const protocol::StateDir& state) {
  const auto text = base::read_own_file(state.daemon_file(), 1 << 16);
  if (!text && text.error().code == std::errc::no_such_file_or_directory)
    return not_running("there is no '" + state.daemon_file().string() + "'");
  if (!text) return text.error().with("cannot find the daemon");
  TRY_ASSIGN_FOR("cannot find the daemon of '" + state.root.string() + "'", DaemonFile file, daemon_file_from(*text));
  TRY_ASSIGN_FOR("cannot find the daemon", const bool lives, base::is_locked(state.lock()));
  if (!lives) return not_running("the one of '" + state.root.string() + "' is gone");
  if (const auto reached = probe(file.endpoint); !reached)
    return connection_lost(reached.error()) ? not_running(reached.error().message) : reached.error();
  if (file.protocol != kProtocol)
    return base::error("cannot talk to the daemon: it speaks protocol " + std::to_string(file.protocol) +
                       ", this program " + std::to_string(kProtocol) + "; restart it with the same version");
  return Client(std::move(file));
}

/// An answer that is not 2xx is an error, which also fills `refusal` unless that is null.
base::Result<Response> Client::ask(Request request, Watch watch, Refusal* refusal) const {
  watch.interrupt = interrupt_;
  request.run = run_;
  TRY_ASSIGN(Response response, exchange(daemon_.endpoint, request, watch));
  if (response.status / 100 == 2) return response;
  Refusal refused = refusal_of(response);
  const base::Error error = base::error(refused.message, cause_of(response.status));
  if (refusal) *refusal = std::move(refused);
  return error;
}

base::Result<json> Client::ask_json(Request request, Watch watch) const {
  TRY_ASSIGN(const Response response, ask(std::move(request), std::move(watch)));
  return protocol::parse_json(response.body.empty() ? "null" : response.body, "the daemon's answer");
}

base::Result<json> Client::get(std::string target) const {
  Request request;
  request.target = std::move(target);
  return ask_json(std::move(request));
}

base::Result<json> Client::post(std::string target, const json& body) const {
  Request request{"POST", std::move(target), "application/json", json_text(body)};
  return ask_json(std::move(request));
}

base::Result<json> Client::status() const {
  Request request;
  request.target = kApi + "/status";
  Watch watch;
  watch.patience = kStatusPatience;
  return ask_json(std::move(request), std::move(watch));
}

base::Result<void> Client::stop() const {
  TRY(post(kApi + "/stop", json::object()));
  return {};
}

std::string Client::page(const std::string& run) const {
  const std::string next = run.empty() ? "" : "?next=" + encoded("/runs/" + encoded(run));
  return "http://127.0.0.1:" + std::to_string(daemon_.endpoint.port) + "/open" + next;
}

base::Result<std::string> Client::login_link(const std::string& run) const {
  TRY_ASSIGN(const json answer, post(kApi + "/login-links", json::object()));
  TRY_ASSIGN(const std::string url, required_text(answer, "url"));
  return run.empty() ? url : url + "&next=" + encoded("/runs/" + encoded(run));
}

base::Result<std::int64_t> Client::end_sessions() const {
  TRY_ASSIGN(const json answer, ask_json({"DELETE", kApi + "/sessions", "application/json", ""}));
  if (!member_at(answer, "ended").is_number_integer()) return lacks("ended");
  return number_at(answer, "ended");
}

base::Result<json> Client::targets() const { return list_from(get(kApi + "/targets")); }
base::Result<json> Client::usage() const { return list_from(get(kApi + "/usage")); }

base::Result<json> Client::workspaces() const { return list_from(get(kApi + "/workspaces")); }
base::Result<json> Client::experiments() const { return list_from(get(kApi + "/experiments")); }

base::Result<json> Client::datastores(const json& workspace) const {
  return list_from(get(kApi + "/datastores" + workspace_query(workspace)));
}

base::Result<json> Client::link_datastore(const json& workspace, const std::string& name,
                                          const std::string& path) const {
  return with_texts(post(kApi + "/datastores", {{"workspace", workspace}, {"name", name}, {"path", path}}),
                    {"name", "path"});
}

base::Result<json> Client::datasets(const json& workspace) const {
  return list_from(get(kApi + "/datasets" + workspace_query(workspace)));
}

base::Result<json> Client::dataset(const json& workspace, const std::string& id) const {
  return get(kApi + "/datasets/" + encoded(id) + workspace_query(workspace));
}

base::Result<json> Client::register_dataset(const json& workspace, const std::string& name, const std::string& path,
                                            const std::string& type) const {
  return with_texts(
      post(kApi + "/datasets", {{"workspace", workspace}, {"name", name}, {"path", path}, {"type", type}}),
      {"name", "type"});
}

base::Result<json> Client::remove_fetched() const {
  return ask_json({"DELETE", kApi + "/fetched", "application/json", ""});
}

base::Result<json> Client::models(const json& workspace) const {
  return list_from(get(kApi + "/models" + workspace_query(workspace)));
}

base::Result<std::string> Client::send_content(const base::Fd& file, std::uint64_t size) const {
  Request request{"PUT", kApi + "/contents", "application/octet-stream", ""};
  request.stream = [&](const Send& send) { return send_file(file, size, send); };
  request.stream_size = size;
  TRY_ASSIGN(const json kept, ask_json(std::move(request)));
  return required_text(kept, "sha256");
}

base::Result<json> Client::register_model(const json& workspace, const std::string& name, const json& files,
                                          const std::string& path) const {
  return with_texts(
      post(kApi + "/models", {{"workspace", workspace}, {"name", name}, {"files", files}, {"path", path}}), {"name"});
}

base::Result<json> Client::services(const json& workspace) const {
  return list_from(get(kApi + "/services" + workspace_query(workspace)));
}

base::Result<json> Client::service(const json& workspace, const std::string& name) const {
  return with_texts(get(service_path(workspace, name)), {"name", "state", "scoring_uri"});
}

base::Result<json> Client::change_service(const json& workspace, const std::string& name, const json& change) const {
  return with_texts(post(service_path(workspace, name), change), {"name", "state"});
}

base::Result<json> Client::remove_service(const json& workspace, const std::string& name) const {
  return ask_json({"DELETE", service_path(workspace, name), "application/json", ""});
}

base::Result<json> Client::service_keys(const json& workspace, const std::string& name) const {
  return with_texts(get(service_path(workspace, name, "/keys")), {"primary"});
}

base::Result<Response> Client::score(const json& service, const std::string& body, const std::string& content_type,
                                     const std::string& key) const {
  const std::string uri = text_at(service, "scoring_uri");
  const auto path = uri.find("/services/");
  if (path == std::string::npos) return lacks("scoring_uri");
  Request request{"POST", uri.substr(path), content_type, body};
  request.bearer = key;
  Watch watch;
  watch.interrupt = interrupt_;
  return exchange(daemon_.endpoint, request, watch);
}

base::Result<json> Client::set_slots(const std::string& target, std::int64_t slots) const {
  return post(kApi + "/targets/" + encoded(target), json{{"slots", slots}});
}

base::Result<json> Client::submit(const json& body, Refusal& refusal,
                                  const std::function<void()>& while_waiting) const {
  Request request{"POST", kApi + "/runs", "application/json", json_text(body)};
  Watch watch;
  watch.on_idle = while_waiting;
  TRY_ASSIGN(const Response response, ask(std::move(request), std::move(watch), &refusal));
  return run_from(protocol::parse_json(response.body, "the daemon's answer"));
}

base::Result<json> Client::submission(const std::string& submission_id) const {
  return get(kApi + "/submissions/" + encoded(submission_id));
}

base::Result<std::string> Client::upload(std::uint64_t size,
                                         std::function<base::Result<void>(const Send&)> stream) const {
  Request request{"POST", kApi + "/uploads", "application/octet-stream", ""};
  request.stream = std::move(stream);
  request.stream_size = size;
  TRY_ASSIGN(const json answer, ask_json(std::move(request)));
  return required_text(answer, "upload");
}

base::Result<json> Client::runs(const RunFilter& filter, int limit, const std::string& cursor) const {
  std::vector<std::pair<std::string, std::string>> pairs{
      {"workspace", filter.workspace},  {"experiment", filter.experiment},
      {"status", filter.status},        {"kind", filter.kind},
      {"parent", filter.parent},        {"children", filter.children ? "1" : ""},
      {"limit", std::to_string(limit)}, {"cursor", cursor},
      {"filter", filter.expression},    {"sort", filter.sort}};
  for (const auto& tag : filter.tags) pairs.emplace_back("tag", tag);
  return list_from(get(kApi + "/runs" + query(pairs)));
}

base::Result<json> Client::run(const std::string& id) const { return run_from(get(run_path(id))); }

base::Result<json> Client::wait(const std::string& id, int seconds) const {
  return run_from(get(run_path(id) + "/wait" + query({{"timeout", std::to_string(seconds)}})));
}

base::Result<json> Client::cancel(const std::string& id, std::optional<double> grace_seconds) const {
  json body = json::object();
  if (grace_seconds) body["grace_seconds"] = *grace_seconds;
  return run_from(post(run_path(id) + "/cancel", body));
}

base::Result<void> Client::remove(const std::string& id) const {
  Request request{"DELETE", run_path(id), "application/json", ""};
  TRY(ask(std::move(request), {}));
  return {};
}

base::Result<json> Client::metrics(const std::string& id, const std::string& name) const {
  return list_from(get(run_path(id) + "/metrics" + query({{"name", name}})));
}

base::Result<json> Client::sweep(const std::string& id, const std::string& metric) const {
  return get(run_path(id) + "/sweep" + query({{"metric", metric}}));
}

base::Result<json> Client::add_lines(const std::string& id, const std::string& lines, const std::string& client,
                                     int batch) const {
  Request request{"POST", run_path(id) + "/lines" + query({{"client", client}, {"batch", std::to_string(batch)}}),
                  "application/x-ndjson", lines};
  return ask_json(std::move(request));
}

base::Result<json> Client::files(const std::string& id, bool work) const {
  return list_from(get(run_path(id) + (work ? "/work" : "/files")));
}

base::Result<void> Client::download(const std::string& id, const std::string& name, bool work, const Sink& sink) const {
  Request request;
  request.target = run_path(id) + (work ? "/work/" : "/files/") + encoded_path(name);
  Watch watch;
  watch.on_body = [&sink](const ResponseParser&, std::string_view piece) { return sink(piece); };
  TRY(ask(std::move(request), std::move(watch)));
  return {};
}

base::Result<void> Client::log(const std::string& id, LogPlace& place, bool follow, const Sink& sink) const {
  Request request;
  request.target = run_path(id) + "/log" +
                   query({{"name", place.name},
                          {"offset", place.tail ? "" : std::to_string(place.at.value_or(0))},
                          {"tail", place.tail ? std::to_string(*place.tail) : ""},
                          {"follow", follow ? "1" : ""}});
  bool first = place.tail.has_value();
  if (first) place.at.reset();
  Watch watch;
  watch.on_body = [&](const ResponseParser& head, std::string_view piece) -> base::Result<void> {
    if (first) {
      const std::string text = head.header("runyard-offset");
      std::uint64_t begin = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), begin).ec == std::errc{}) place.at = begin;
      place.tail.reset();
      first = false;
    }
    TRY(sink(piece));
    if (place.at) *place.at += piece.size();
    return {};
  };
  TRY(ask(std::move(request), std::move(watch)));
  return {};
}

}  // namespace cli
