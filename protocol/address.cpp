// SPDX-License-Identifier: Apache-2.0
#include "protocol/address.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "protocol/redaction.h"

namespace protocol {

namespace {

constexpr std::string_view kMark = "://", kAddressEnds = " \t\r\n\"<>", kParameterEnds = "?&;#";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool may_name_scheme(char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '.' || c == '-'; }

/// What stands before the mark at `mark`, not before `from`.
std::size_t scheme_at(std::string_view text, std::size_t from, std::size_t mark) {
  std::size_t begin = mark;
  while (begin > from && may_name_scheme(text[begin - 1])) --begin;
  while (begin < mark && !is_letter(text[begin])) ++begin;
  return begin;
}

/// For the web a name alone is a token, or the name that goes with one; "ssh://git@host" holds no secret.
bool has_secret_user(const std::string& scheme, std::string_view rest) {
  const auto host = host_at(rest);
  if (host < 2) return false;
  const bool web = scheme.ends_with("http") || scheme.ends_with("https");
  return web || rest.substr(0, host).find(':') != std::string_view::npos;
}

bool is_secret_parameter(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames{"sig", "sas", "key", "code", "jwt", "pass", "pwd"};
  std::string plain = base::lower(name);
  std::replace(plain.begin(), plain.end(), '-', '_');
  return plain.ends_with("signature") || looks_secret(plain) ||
         std::find(kNames.begin(), kNames.end(), plain) != kNames.end();
}

bool has_secret_parameter(std::string_view rest) {
  for (auto at = rest.find_first_of(kParameterEnds); at != std::string_view::npos;) {
    const auto end = rest.find_first_of(kParameterEnds, at + 1);
    const auto parameter = rest.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    const auto equals = parameter.find('=');
    const bool given = equals != std::string_view::npos && equals + 1 < parameter.size();
    if (given && is_secret_parameter(parameter.substr(0, equals))) return true;
    at = end;
  }
  return false;
}

bool has_conda_token(std::string_view rest) {
  const auto at = rest.find("/t/");
  return at != std::string_view::npos && at + 3 < rest.size() && rest[at + 3] != '/';
}

/// The address whose mark is at `mark`, as far as the next one's.
bool is_secret(std::string_view text, std::size_t begin, std::size_t mark, std::size_t end) {
  const auto rest = text.substr(mark + kMark.size(), end - mark - kMark.size());
  return has_secret_user(base::lower(text.substr(begin, mark - begin)), rest) || has_secret_parameter(rest) ||
         has_conda_token(rest);
}

struct Address {
  std::size_t begin, end;
  bool secret = false;
};

/// The one whose mark is at `mark`, with those that are parts of it.
Address address_at(std::string_view text, std::size_t from, std::size_t mark) {
  Address address{scheme_at(text, from, mark), std::min(text.find_first_of(kAddressEnds, mark), text.size())};
  for (auto begin = address.begin; mark < address.end && !address.secret;) {
    const auto next = std::min(text.find(kMark, mark + kMark.size()), address.end);
    address.secret = is_secret(text, begin, mark, next);
    begin = scheme_at(text, std::min(mark + kMark.size(), next), next);
    mark = next;
  }
  return address;
}

}  // namespace

std::size_t host_at(std::string_view rest) {
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) return at + 1;
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return 0;
  const auto port = authority.substr(colon + 1);
  if (std::all_of(port.begin(), port.end(), is_digit)) return 0;
  return rest.rfind('@') + 1;
}

bool holds_password(std::string_view text) {
  for (auto mark = text.find(kMark); mark != std::string_view::npos;) {
    const auto address = address_at(text, 0, mark);
    if (address.secret) return true;
    mark = text.find(kMark, address.end);
  }
  return false;
}

std::string without_passwords(std::string_view text) {
  std::string kept;
  std::size_t from = 0;
  for (auto mark = text.find(kMark); mark != std::string_view::npos;) {
    const auto address = address_at(text, from, mark);
    if (address.secret) kept.append(text.substr(from, address.begin - from)).append(kRedacted);
    else kept.append(text.substr(from, address.end - from));
    from = address.end;
    mark = text.find(kMark, from);
  }
  return kept.append(text.substr(from));
}

}  // namespace protocol
