// SPDX-License-Identifier: Apache-2.0
// A zip file as an answer: made piece by piece on the threads for archives, as fast as its client takes it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/zip.h"
#include "daemon/async/limited_pool.h"
#include "daemon/http/http.h"

namespace api {

/// An attachment called `name`; `resource_unavailable_try_again` when too many archives are being made. `open` runs on
/// a thread of `pool`. An error after that cuts the answer short, so that its client can tell.
async::Task<base::Result<http::Response>> answer_zip(
    async::LimitedPool& pool, std::string name, std::function<base::Result<std::unique_ptr<base::ZipStream>>()> open);

}  // namespace api
