// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/error_page.h"

#include "base/text.h"

namespace http {

namespace {

constexpr std::string_view kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root{color-scheme:light dark}
body{margin:4rem auto;max-width:40rem;padding:0 1.25rem;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}
</style><title>)html";

std::string escaped(std::string_view text) {
  std::string visible;
  for (const char c : base::to_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    if (control) visible += "\xEF\xBF\xBD";
    else visible += c;
  }
  return base::html_escape(visible);
}

}  // namespace

Response error_page(int status, std::string_view title, std::string_view message) {
  const std::string heading = escaped(title);
  return Response::html(std::string(kHead) + heading + " - Runyard</title></head>\n<body><h1>" + heading +
                            "</h1><p><bdi>" + escaped(message) + "</bdi></p></body></html>\n",
                        status);
}

}  // namespace http
