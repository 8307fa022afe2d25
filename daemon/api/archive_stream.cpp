// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/archive_stream.h"

#include <stdexcept>

#include "daemon/async/co_try.h"

namespace api {

using async::Task;
using base::Result;
using http::Response;

namespace {

using Zip = std::shared_ptr<base::ZipStream>;  // a step on a thread may outlive the answer

class ArchiveStream : public http::Stream {
 public:
  ArchiveStream(boost::asio::any_io_executor pool, async::LimitedPool::Place place, Zip zip)
      : pool_(std::move(pool)), place_(std::move(place)), zip_(std::move(zip)) {}

  Task<std::optional<std::string>> next() override {
    auto make = [zip = zip_] { return zip->next(); };
    auto piece = co_await async::run_on(pool_, std::move(make));
    if (!piece) throw std::runtime_error(piece.error().message);
    co_return std::move(*piece);
  }

 private:
  boost::asio::any_io_executor pool_;
  async::LimitedPool::Place place_;
  Zip zip_;
};

}  // namespace

Task<Result<Response>> answer_zip(async::LimitedPool& pool, std::string name,
                                  std::function<Result<std::unique_ptr<base::ZipStream>>()> open) {
  CO_TRY_ASSIGN(auto place, pool.enter());
  auto begin = [open = std::move(open)]() -> Result<Zip> {
    TRY_ASSIGN(Zip zip, open());
    return zip;
  };
  AWAIT_TRY_ASSIGN(Zip zip, async::run_on(pool.executor(), std::move(begin)));
  co_return Response::streamed_file(std::make_unique<ArchiveStream>(pool.executor(), std::move(place), std::move(zip)),
                                    name);
}

}  // namespace api
