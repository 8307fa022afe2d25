// SPDX-License-Identifier: Apache-2.0
#include "cli/client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "base/digest.h"
#include "base/lock.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

namespace {

/// Gives every request the same answer.
class FakeDaemon {
 public:
  explicit FakeDaemon(std::string answer) : answer_(std::move(answer)) {
    REQUIRE(base::make_directories(state_.root));
    auto lock = base::lock_file(state_.lock());
    REQUIRE(lock);
    lock_ = std::move(*lock);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, state_.socket().c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    const nlohmann::json file = {{"socket", state_.socket().string()}, {"protocol", 1}};
    REQUIRE(base::write_file_atomic(state_.daemon_file(), file.dump()));
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeDaemon() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    std::filesystem::remove_all(state_.root);
  }
  cli::Client client() const {
    auto client = cli::Client::open(state_);
    REQUIRE(client);
    return std::move(*client);
  }

 private:
  void serve() const {
    for (;;) {
      const base::Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) return;
      std::string request;
      char buffer[4096];
      for (ssize_t n = 1; n > 0 && !request.ends_with("\r\n\r\n") && !request.ends_with("}");) {
        n = ::read(connection.get(), buffer, sizeof buffer);
        if (n > 0) request.append(buffer, static_cast<std::size_t>(n));
      }
      const std::string text =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer_.size()) + "\r\n\r\n" + answer_;
      if (!request.empty()) (void)!::write(connection.get(), text.data(), text.size());
    }
  }

  const protocol::StateDir state_{std::filesystem::temp_directory_path() / ("client_" + base::random_hex(6))};
  const std::string answer_;
  base::Fd lock_, listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::thread thread_;
};

template <class T>
std::string missing_in(const base::Result<T>& result) {
  if (result) return "";
  CHECK(result.error().code == std::errc::bad_message);
  const std::string& message = result.error().message;
  const auto begin = message.find(" has no '") + 9;
  return message.substr(begin, message.find('\'', begin) - begin);
}

base::Result<void> send_nothing(const cli::Send&) { return {}; }

}  // namespace

TEST_CASE("client: an answer without what was asked for is an error that names it", "[cli][client]") {
  const FakeDaemon daemon("{}");
  const cli::Client client = daemon.client();
  const auto empty = base::open_file("/dev/null", O_RDONLY);
  REQUIRE(empty);
  cli::Refusal refusal;
  CHECK(missing_in(client.send_content(*empty, 0)) == "sha256");
  CHECK(missing_in(client.upload(0, send_nothing)) == "upload");
  CHECK(missing_in(client.submit({{"script", "a.py"}}, refusal, {})) == "id");
  CHECK(missing_in(client.run("r1")) == "id");
  CHECK(missing_in(client.wait("r1", 1)) == "id");
  CHECK(missing_in(client.cancel("r1", std::nullopt)) == "id");
  CHECK(missing_in(client.login_link("")) == "url");
  CHECK(missing_in(client.end_sessions()) == "ended");
  CHECK(missing_in(client.register_model({}, "m", nlohmann::json::array(), "p")) == "name");
  CHECK(missing_in(client.runs({}, 10, "")) == "items");
  CHECK(missing_in(client.files("r1", false)) == "items");
  CHECK(missing_in(client.metrics("r1", "")) == "items");
  CHECK(missing_in(client.targets()) == "items");
}

TEST_CASE("client: a whole answer is returned as it came", "[cli][client]") {
  const FakeDaemon daemon(R"({"id":"r1","status":"Queued","items":[],"sha256":"ab","upload":"u1","ended":2})");
  const cli::Client client = daemon.client();
  const auto run = client.run("r1");
  REQUIRE(run);
  CHECK((*run)["status"] == "Queued");
  CHECK(client.upload(0, send_nothing).value() == "u1");
  CHECK(client.end_sessions().value() == 2);
  CHECK(client.runs({}, 10, "").has_value());
}
