// SPDX-License-Identifier: Apache-2.0
// What answers need besides rows.
#pragma once

#include <string>

#include "protocol/names.h"

namespace store {

struct Place {
  protocol::StateDir state;
  std::string url;  ///< of the daemon, without a '/' at its end
};

}  // namespace store
