// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/service_worker.h"

namespace http {

namespace {

constexpr const char* kScript =
    "self.addEventListener('install', () => self.skipWaiting());\n"
    "self.addEventListener('activate', (event) => event.waitUntil((async () => {\n"
    "  await self.registration.unregister();\n"
    "  for (const page of await self.clients.matchAll({type: 'window'})) await page.navigate(page.url);\n"
    "})()));\n";

}  // namespace

std::optional<Response> answer_service_worker(const Message& message) {
  if (all_of(message, "Service-Worker").empty()) return std::nullopt;
  Response response = Response::text(kScript);
  response.content_type = "text/javascript";
  return response;
}

}  // namespace http
