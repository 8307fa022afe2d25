// SPDX-License-Identifier: Apache-2.0
// The daemon's API as functions (docs/formats/http-api.md). The only file of the client that knows a URL.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/transport.h"
#include "protocol/names.h"

namespace cli {

/// The content of daemon.json.
struct DaemonFile {
  Endpoint endpoint;
  int protocol = 0;
};
base::Result<DaemonFile> daemon_file_from(std::string_view text);

/// Why the daemon refused a request.
struct Refusal {
  std::string code;  ///< "send_it", "limit", ...; empty when it was not refused
  std::string message;
  std::string details;  ///< JSON text
};

struct RunFilter {
  std::string workspace, experiment, status, kind, parent;
  std::vector<std::string> tags;  ///< "K" or "K=V"
  bool children = false;
  std::string expression, sort;  ///< in the filter language of the API
};

/// Bytes of an answer, as they come.
using Sink = std::function<base::Result<void>(std::string_view)>;

/// Where to read a log from; `at` is kept up to date, so that a broken read continues there.
struct LogPlace {
  std::string name;                     ///< "driver", "environment"; empty: driver
  std::optional<std::uint64_t> at = 0;  ///< nothing: not known (a tail of which nothing has come)
  std::optional<std::int64_t> tail;     ///< lines, for the first read
};

/// Talks to one daemon; owned by the command that runs. Each call is one connection. Errors are the daemon's messages,
/// with codes: no_such_file_or_directory (404), permission_denied, file_exists (409), or those of exchange().
class Client {
 public:
  /// Reads daemon.json of a state directory of this user, and makes sure that its daemon answers.
  /// std::errc::connection_refused when no daemon is running (nothing is started): only one that holds the directory's
  /// lock counts.
  static base::Result<Client> open(const protocol::StateDir& state);

  const DaemonFile& daemon() const { return daemon_; }
  /// The run that this program is a part of: the daemon then knows which run waits.
  void ask_for(std::string run) { run_ = std::move(run); }
  /// Waits of this client end with std::errc::interrupted when `fd` is readable.
  void interrupt_by(int fd) { interrupt_ = fd; }

  base::Result<nlohmann::json> status() const;
  base::Result<void> stop() const;
  /// An address that opens the page of a run, or of all runs, in a browser of the same user. It holds no secret, not
  /// even the host name of the pages.
  std::string page(const std::string& run) const;
  /// An address that lets any browser in, once: a secret.
  base::Result<std::string> login_link(const std::string& run) const;
  /// Logs out the browsers that came by such an address; returns their number.
  base::Result<std::int64_t> end_sessions() const;

  base::Result<nlohmann::json> targets() const;
  base::Result<nlohmann::json> set_slots(const std::string& target, std::int64_t slots) const;
  base::Result<nlohmann::json> usage() const;

  base::Result<nlohmann::json> workspaces() const;
  base::Result<nlohmann::json> experiments() const;
  /// `workspace`: {"subscription_id", "resource_group", "name"}, here and below.
  base::Result<nlohmann::json> datastores(const nlohmann::json& workspace) const;
  base::Result<nlohmann::json> link_datastore(const nlohmann::json& workspace, const std::string& name,
                                              const std::string& path) const;
  base::Result<nlohmann::json> datasets(const nlohmann::json& workspace) const;
  base::Result<nlohmann::json> dataset(const nlohmann::json& workspace, const std::string& id) const;
  /// `type` empty: as the name of the file says.
  base::Result<nlohmann::json> register_dataset(const nlohmann::json& workspace, const std::string& name,
                                                const std::string& path, const std::string& type) const;
  /// Removes the files that were fetched from web addresses.
  base::Result<nlohmann::json> remove_fetched() const;
  base::Result<nlohmann::json> models(const nlohmann::json& workspace) const;
  /// Sends a file of a model. Returns its digest.
  base::Result<std::string> send_content(const base::Fd& file, std::uint64_t size) const;
  /// `files`: [{"path", "sha256"}].
  base::Result<nlohmann::json> register_model(const nlohmann::json& workspace, const std::string& name,
                                              const nlohmann::json& files, const std::string& path) const;

  /// The services of a workspace; null: of all.
  base::Result<nlohmann::json> services(const nlohmann::json& workspace) const;
  base::Result<nlohmann::json> service(const nlohmann::json& workspace, const std::string& name) const;
  base::Result<nlohmann::json> change_service(const nlohmann::json& workspace, const std::string& name,
                                              const nlohmann::json& change) const;
  base::Result<nlohmann::json> remove_service(const nlohmann::json& workspace, const std::string& name) const;
  base::Result<nlohmann::json> service_keys(const nlohmann::json& workspace, const std::string& name) const;
  /// Sends a body to a service; what it answers, whatever the status is. `key` empty: none is sent.
  base::Result<Response> score(const nlohmann::json& service, const std::string& body, const std::string& content_type,
                               const std::string& key) const;

  /// The run, or the reason against it. `while_waiting` is called now and then until the answer comes.
  base::Result<nlohmann::json> submit(const nlohmann::json& body, Refusal& refusal,
                                      const std::function<void()>& while_waiting) const;
  base::Result<nlohmann::json> submission(const std::string& submission_id) const;
  /// `stream` sends a tar archive of `size` bytes. Returns the upload's id.
  base::Result<std::string> upload(std::uint64_t size, std::function<base::Result<void>(const Send&)> stream) const;

  /// One page: {"items", "next"}. `cursor` empty: the first.
  base::Result<nlohmann::json> runs(const RunFilter& filter, int limit, const std::string& cursor) const;
  base::Result<nlohmann::json> run(const std::string& id) const;
  /// Returns when the run is final or `seconds` are over.
  base::Result<nlohmann::json> wait(const std::string& id, int seconds) const;
  base::Result<nlohmann::json> cancel(const std::string& id, std::optional<double> grace_seconds) const;
  base::Result<void> remove(const std::string& id) const;

  base::Result<nlohmann::json> metrics(const std::string& id, const std::string& name) const;
  /// The children of a run with one metric of theirs; `metric` empty: the primary one of the sweep.
  base::Result<nlohmann::json> sweep(const std::string& id, const std::string& metric) const;
  /// `lines`: of the metric line protocol.
  base::Result<nlohmann::json> add_lines(const std::string& id, const std::string& lines, const std::string& client,
                                         int batch) const;
  base::Result<nlohmann::json> files(const std::string& id, bool work) const;
  base::Result<void> download(const std::string& id, const std::string& name, bool work, const Sink& sink) const;
  /// Returns when everything is sent; with `follow`, when the run is final.
  base::Result<void> log(const std::string& id, LogPlace& place, bool follow, const Sink& sink) const;

 private:
  explicit Client(DaemonFile daemon) : daemon_(std::move(daemon)) {}
  base::Result<Response> ask(Request request, Watch watch, Refusal* refusal = nullptr) const;
  base::Result<nlohmann::json> ask_json(Request request, Watch watch = {}) const;
  base::Result<nlohmann::json> get(std::string target) const;
  base::Result<nlohmann::json> post(std::string target, const nlohmann::json& body) const;

  DaemonFile daemon_;
  int interrupt_ = -1;
  std::string run_;
};

}  // namespace cli
