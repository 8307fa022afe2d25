// SPDX-License-Identifier: Apache-2.0
#include "protocol/json.h"

template class nlohmann::basic_json<>;
