// SPDX-License-Identifier: Apache-2.0
// The shell client's reader of answers: whole or byte by byte, the same answer or the same error.
#include "cli/http.h"

#include <algorithm>

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

struct Answer {
  std::string body;
  std::string error;
  int status = 0;
  bool done = false;
};

Answer read(std::string_view bytes, std::size_t step) {
  cli::ResponseParser parser;
  Answer answer;
  for (; !bytes.empty() && answer.error.empty() && !parser.done(); bytes.remove_prefix(std::min(step, bytes.size())))
    if (const auto fed = parser.feed(bytes.substr(0, step), answer.body); !fed) answer.error = fed.error().message;
  if (answer.error.empty()) {
    if (const auto ended = parser.finish(); !ended) answer.error = ended.error().message;
  }
  answer.status = parser.status();
  answer.done = parser.done();
  return answer;
}

}  // namespace

void fuzz::http_response(std::string_view input) {
  const auto bytes = read(input, 1);
  // Byte by byte nothing is fed after the end; so nothing is here.
  std::size_t used = 0;
  cli::ResponseParser parser;
  std::string body;
  while (used < input.size() && !parser.done() && parser.feed(input.substr(used, 1), body)) ++used;
  const auto whole = read(input.substr(0, used + (used < input.size() && !parser.done() ? 1 : 0)),
                          std::max<std::size_t>(input.size(), 1));
  EXPECT(whole.body == bytes.body && whole.error == bytes.error && whole.status == bytes.status &&
         whole.done == bytes.done);
  EXPECT(bytes.body.size() <= input.size());
  if (bytes.error.empty()) EXPECT(bytes.status >= 100 && bytes.status <= 999);
}
