// SPDX-License-Identifier: Apache-2.0
// What a client asks of a service: the bodies of POST /api/v1/services and POST /api/v1/services/{name}. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "daemon/services/record.h"

namespace services {

/// What is given replaces what was; properties are added.
struct Change {
  std::optional<bool> auth;
  std::optional<double> timeout;
  std::optional<std::string> compute_type, description;
  std::optional<nlohmann::json> tags, properties;
  std::optional<nlohmann::json> submit, models;  ///< of a new version; without `submit`, the current one's
  std::optional<std::int64_t> version;           ///< that becomes the current one again

  bool makes_version() const { return submit || models; }
};

struct NewService {
  std::string name;
  protocol::WorkspaceId workspace;
  bool overwrite = false;
  Change settings;  ///< with `submit`, without `version`
};

/// 3 to 32 lower-case letters, digits and dashes; a letter first, no dash last.
base::Result<void> check_service_name(const std::string& name);
base::Result<Change> change_from_json(const nlohmann::json& body);
base::Result<NewService> service_from_json(const nlohmann::json& body);

/// Of everything but versions.
void apply(const Change& change, Record& record);
/// The next version of a service, kept in its record. A record has at most a hundred: the oldest one goes that is
/// neither the current one nor in `used`.
Version& add_version(const Change& change, Record& record, const std::set<std::int64_t>& used = {});
/// The body that submits the host of a version: on the target of services, listening at its socket.
nlohmann::json submission_of(const Record& record, const Version& version);
/// Its id: the same start is submitted once.
std::string submission_id_of(const Record& record, const Version& version);

inline constexpr const char* kTarget = "services";
inline constexpr const char* kSocketVariable = "RUNYARD_SERVICE_SOCKET";

}  // namespace services
