// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/readers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/digest.h"
#include "tests/support/catch.h"

using base::Result;

namespace {

Result<std::int64_t> count(store::Database& database) {
  store::Query query = database.query("SELECT count(*) FROM t");
  TRY(query.step());
  return query.integer(0);
}

}  // namespace

TEST_CASE("an answer of several statements is of one moment, and the next one of a later", "[readers]") {
  const auto path = std::filesystem::temp_directory_path() / ("readers_" + base::random_hex(6) + ".db");
  auto writer = store::Database::open(path);
  REQUIRE(writer);
  REQUIRE(writer->execute("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2)"));
  boost::asio::io_context loop;
  boost::asio::thread_pool pool(1);
  async::LimitedPool long_queries("answers", 1, 1);
  store::Readers readers(path, pool.get_executor(), long_queries);
  const auto twice = [&](store::Database& database) -> Result<std::int64_t> {
    TRY_ASSIGN(const std::int64_t before, count(database));
    TRY(writer->execute("DELETE FROM t WHERE x = (SELECT min(x) FROM t)"));
    TRY_ASSIGN(const std::int64_t after, count(database));
    return 10 * before + after;
  };
  std::vector<std::int64_t> answers;
  const auto ask = [&]() -> async::Task<void> {
    for (int i = 0; i < 2; ++i) {
      auto answer = co_await readers.read(twice);
      answers.push_back(answer ? *answer : -1);
    }
  };
  boost::asio::co_spawn(loop, ask(), async::or_end_daemon);
  loop.run();
  pool.join();
  CHECK(answers == std::vector<std::int64_t>{22, 11});
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + suffix, ignored);
}
