// SPDX-License-Identifier: Apache-2.0
// Which values are secret, and records without them. Redacting twice changes nothing.
// Secret values never enter the database, from which all answers are made. The record holds them until the run has
// ended, because the launcher needs them.
#pragma once

#include <string>
#include <string_view>

#include "protocol/spec.h"

namespace protocol {

inline constexpr std::string_view kRedacted = "(redacted)";

/// Whether a variable's name says that its value is secret (TOKEN, SECRET, PASSWORD, KEY, CREDENTIAL, ...).
bool looks_secret(std::string_view name);

/// Values with secret names, and addresses with a secret (address.h), become kRedacted.
StringMap redacted(StringMap variables);
/// Secret addresses in its lists become kRedacted, and the rest of their line stays.
Managed redacted(Managed managed);
/// The same for the run's own variables, for variables anywhere in its configuration, and for the packages that it
/// needs.
RunSpec redacted(RunSpec spec);

/// record/environ.json and record/spec.json as they are kept after the run. Text that is no such file becomes "{}".
std::string redacted_environ(std::string_view text);
std::string redacted_spec(std::string_view text);

}  // namespace protocol
