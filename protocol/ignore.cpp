// SPDX-License-Identifier: Apache-2.0
#include "protocol/ignore.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace protocol {

namespace {

constexpr std::string_view kNever[] = {".git",          ".venv/",  "__pycache__/", ".ipynb_checkpoints/",
                                       "node_modules/", "mlruns/", "wandb/",       "/outputs/",
                                       "/logs/"};
// A package of code may have such a name, so the folder itself must look like an environment.
constexpr std::string_view kEnvironments[] = {"venv/", "env/", ".env/"};
// Lower case: they hold for names in any case.
constexpr std::string_view kKeyFiles[] = {".env",
                                          ".env.*",
                                          "!.env.example",
                                          "!.env.sample",
                                          "!.env.template",
                                          "*.pem",
                                          "*.key",
                                          "*.p12",
                                          "*.pfx",
                                          "*.ppk",
                                          "*.jks",
                                          "*.keystore",
                                          "*.keytab",
                                          "*.kdbx",
                                          "id_rsa*",
                                          "id_dsa*",
                                          "id_ecdsa*",
                                          "id_ed25519*",
                                          ".netrc",
                                          "_netrc",
                                          ".npmrc",
                                          ".pypirc",
                                          ".pgpass",
                                          ".my.cnf",
                                          ".git-credentials",
                                          ".htpasswd",
                                          ".dockercfg",
                                          "**/.docker/config.json",
                                          ".s3cfg",
                                          ".boto",
                                          ".databrickscfg",
                                          ".vault-token"};
constexpr std::string_view kKeyFolders[] = {".aws/",    ".azure/",           ".ssh/", ".gnupg/", ".kube/",
                                            ".kaggle/", "**/.config/gcloud/"};

constexpr std::string_view kSpecial = "*?[\\";

bool in_named_class(std::string_view name, unsigned char c) {
  if (name == "alpha") return std::isalpha(c) != 0;
  if (name == "digit") return std::isdigit(c) != 0;
  if (name == "alnum") return std::isalnum(c) != 0;
  if (name == "upper") return std::isupper(c) != 0;
  if (name == "lower") return std::islower(c) != 0;
  if (name == "space") return std::isspace(c) != 0;
  if (name == "punct") return std::ispunct(c) != 0;
  if (name == "xdigit") return std::isxdigit(c) != 0;
  return false;
}

// Reads the class behind '[' of `p`; false when it has no end. `rest` is what follows it.
bool match_class(std::string_view p, unsigned char c, std::string_view& rest, bool& matched) {
  std::size_t i = 0;
  const bool negated = i < p.size() && (p[i] == '!' || p[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < p.size() && (first || p[i] != ']'); first = false) {
    if (p.substr(i).starts_with("[:")) {
      if (const auto end = p.find(":]", i + 2); end != std::string_view::npos) {
        found |= in_named_class(p.substr(i + 2, end - i - 2), c);
        i = end + 2;
        continue;
      }
    }
    if (p[i] == '\\' && i + 1 < p.size()) ++i;
    const auto low = static_cast<unsigned char>(p[i++]);
    auto high = low;
    if (i + 1 < p.size() && p[i] == '-' && p[i + 1] != ']') {
      ++i;
      if (p[i] == '\\' && i + 1 < p.size()) ++i;
      high = static_cast<unsigned char>(p[i++]);
    }
    found |= low <= c && c <= high;
  }
  if (i >= p.size()) return false;
  rest = p.substr(i + 1);
  matched = found != negated && c != '/';
  return true;
}

// One step of everything but stars; false when it does not match.
bool match_one(std::string_view& p, std::string_view& s) {
  if (p.empty() || s.empty()) return false;
  const auto c = static_cast<unsigned char>(s.front());
  if (p.front() == '[') {
    std::string_view rest;
    bool matched = false;
    if (!match_class(p.substr(1), c, rest, matched) || !matched) return false;
    p = rest;
  } else {
    const bool any = p.front() == '?';
    if (p.front() == '\\' && p.size() > 1) p.remove_prefix(1);
    if (any ? c == '/' : p.front() != s.front()) return false;
    p.remove_prefix(1);
  }
  s.remove_prefix(1);
  return true;
}

// One component, without '/': '*' goes back only to the last star, so the time is at most |p| * |s|.
bool match_component(std::string_view p, std::string_view s) {
  std::string_view star_p, star_s;
  bool starred = false;
  while (!s.empty() || !p.empty()) {
    if (!p.empty() && p.front() == '*') {
      p.remove_prefix(1);
      star_p = p, star_s = s, starred = true;
      continue;
    }
    if (match_one(p, s)) continue;
    if (!starred || star_s.empty()) return false;
    star_s.remove_prefix(1);
    p = star_p, s = star_s;
  }
  return true;
}

std::vector<std::string_view> components(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const auto end = text.find('/', at);
    parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

// Blanks at the end go, unless a backslash keeps them.
std::string_view without_trailing_blanks(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ')) {
    std::size_t slashes = 0;
    while (slashes + 1 < line.size() && line[line.size() - 2 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 1) break;
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view path) {
  const auto p = components(pattern), s = components(path);
  // reach[j]: the components of the pattern so far match the first j of the path.
  std::vector<char> reach(s.size() + 1, 0);
  reach[0] = 1;
  for (std::size_t i = 0; i < p.size(); ++i) {
    std::vector<char> next(s.size() + 1, 0);
    const bool deep = p[i] == "**", last = i + 1 == p.size();
    for (std::size_t j = 0; j <= s.size(); ++j) {
      // "a/**" is what lies in a, not a itself.
      if (deep) next[j] = (j > 0 && (next[j - 1] || (last && reach[j - 1]))) || (!last && reach[j]);
      else next[j] = j > 0 && reach[j - 1] && match_component(p[i], s[j - 1]);
    }
    reach = std::move(next);
  }
  return reach[s.size()] != 0;
}

Ignore::Ignore(std::string_view text, std::string source) : source_(std::move(source)) {
  for (const auto rule : kEnvironments) add(rule, kBuiltIn)->if_environment = true;
  for (const auto rule : kNever) add(rule, kBuiltIn);
  for (const auto rule : kKeyFiles) add_secret(rule, Kind::file);
  for (const auto rule : kKeyFolders) add_secret(rule, Kind::directory);
  add_file(text);
}

Ignore Ignore::nothing() {
  Ignore none;
  none.rules_.clear();
  return none;
}

void Ignore::add_file(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (;;) {
    const auto end = text.find('\n');
    add(text.substr(0, end), {});
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void Ignore::add_secret(std::string_view line, Kind kind) {
  Rule* const rule = add(line, kSecrets);
  rule->kind = kind;
  rule->any_case = true;
}

void Ignore::exclude_linked(std::string_view path) { add(ignore_line(path), kLinked); }

// Null for a line without a rule. An empty `source` is the file's: its name may move with this object.
Ignore::Rule* Ignore::add(std::string_view line, std::string_view source) {
  line = without_trailing_blanks(line);
  if (line.empty() || line.front() == '#') return nullptr;
  Rule rule;
  rule.written = line;
  rule.source = source;
  if (line.front() == '!') rule.negated = true, line.remove_prefix(1);
  if (line.ends_with('/')) rule.kind = Kind::directory, line.remove_suffix(1);
  rule.anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  // "**/x" is "x", which needs no look at the folders.
  if (line.starts_with("**/") && line.find('/', 3) == std::string_view::npos)
    rule.anchored = false, line.remove_prefix(3);
  if (line.empty()) return nullptr;
  rule.pattern = line;
  rule.fixed = std::min(line.find_first_of(kSpecial), line.size());
  if (rule.fixed == line.size()) rule.shape = Shape::literal;
  else if (line.starts_with("**/") && line.find_first_of(kSpecial, 3) == std::string_view::npos)
    rule.shape = Shape::tail;
  else if (rule.anchored || line == "**") rule.shape = Shape::path;
  else if (rule.fixed + 1 == line.size() && line.back() == '*') rule.shape = Shape::prefix;
  else if (line.front() == '*' && line.find_first_of(kSpecial, 1) == std::string_view::npos) rule.shape = Shape::suffix;
  else rule.shape = Shape::component;
  return &rules_.emplace_back(std::move(rule));
}

bool Ignore::matches(const Rule& rule, std::string_view path, std::string_view name) {
  const std::string_view pattern = rule.pattern, asked = rule.anchored ? path : name;
  switch (rule.shape) {
    case Shape::literal:
      return asked == pattern;
    case Shape::prefix:
      return asked.starts_with(pattern.substr(0, rule.fixed));
    case Shape::suffix:
      return asked.ends_with(pattern.substr(1));
    case Shape::component:
      return match_component(pattern, asked);
    case Shape::tail:
      return asked == pattern.substr(3) || asked.ends_with(pattern.substr(2));
    case Shape::path:
      break;
  }
  return asked.starts_with(pattern.substr(0, rule.fixed)) && glob_match(pattern, asked);
}

Ignore::Answer Ignore::ask(std::string_view path, bool is_directory) const {
  const auto slash = path.rfind('/');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  const std::string lower = base::lower(path);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->kind != Kind::any && (rule->kind == Kind::directory) != is_directory) continue;
    const std::string_view asked = rule->any_case ? std::string_view(lower) : path;
    if (!matches(*rule, asked, asked.substr(name))) continue;
    const std::string_view source = rule->source.empty() ? std::string_view(source_) : rule->source;
    return {!rule->negated, source, rule->written, rule->if_environment && !rule->negated};
  }
  return {};
}

std::string ignore_line(std::string_view path) {
  std::string line = "/";
  const bool text = base::is_utf8(path);
  for (const char c : path) {
    if (!text && static_cast<unsigned char>(c) >= 0x80) line += '?';
    else if (c == '\n' || c == '\r') line += '?';
    else if (kSpecial.find(c) != std::string_view::npos) (line += '\\') += c;
    else line += c;
  }
  if (line.ends_with(' ')) line.back() = '\\', line += ' ';
  return line;
}

}  // namespace protocol
