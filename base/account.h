// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace base {

/// The name of this process's user. Nothing: no database of the machine has it.
///
/// It does not call getpwuid(), which loads libraries of the machine (LDAP, sssd): a static program must not do so.
/// /etc/passwd is read here, and `getent`, the machine's own program, asks the rest.
std::optional<std::string> user_name();
/// The name of `user` in lines of /etc/passwd.
std::optional<std::string> name_in_passwd(std::string_view lines, uid_t user);

}  // namespace base
