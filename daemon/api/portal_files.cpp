// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/portal_files.h"

#include <fcntl.h>

#include <array>
#include <string_view>

#include "base/digest.h"

namespace api {

namespace {

constexpr std::uint64_t kLargestFile = 16 << 20;
constexpr std::string_view kPolicy =
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; "
    "form-action 'self'";

std::string_view type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".ico", "image/x-icon"},
       {".woff2", "font/woff2"},
       {".json", "application/json"}}};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

base::Result<std::string> read_below(const base::Path& root, const std::string& name) {
  TRY_ASSIGN(const base::Fd fd, base::open_beneath(root, name, O_RDONLY | O_NONBLOCK));
  return base::read_whole(fd, name, kLargestFile);
}

}  // namespace

base::Result<http::Response> portal_file(const base::Path& portal, const std::string& name, const std::string& etag,
                                         bool gzip) {
  // The folder itself may be a symbolic link (in the build tree it is one). open_beneath() refuses links below it.
  TRY_ASSIGN(const base::Fd folder, base::open_file(portal, O_RDONLY | O_DIRECTORY));
  const base::Path root = "/proc/self/fd/" + std::to_string(folder.get());
  auto content = gzip ? read_below(root, name + ".gz") : base::Result<std::string>(base::error("not asked for"));
  const bool packed = content.has_value();
  if (!packed) content = read_below(root, name);
  if (!content) return content.error();
  const std::string tag = '"' + base::sha256_hex(*content).substr(0, 32) + '"';
  http::Response response;
  response.status = etag == tag ? 304 : 200;
  response.content_type = type_of(name);
  if (response.status == 200) response.body = std::move(*content);
  response.headers = {
      {"ETag", tag},
      {"Cache-Control", name.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(kPolicy)},
      {"Vary", "Accept-Encoding"}};
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace api
