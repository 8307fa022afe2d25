// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/git_facts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "base/clock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "daemon/source/git_config.h"
#include "protocol/address.h"

namespace source {

namespace {

using base::Path;

constexpr std::uint64_t kSmall = 4096, kConfigLimit = 1 << 20, kPackedLimit = 16 << 20;
constexpr int kSymbolicDepth = 5, kStatusMs = 2000;

std::optional<std::string> read_plain(const Path& path, std::uint64_t limit) {
  auto content = base::read_file(path, limit);
  return content ? std::optional(std::move(*content)) : std::nullopt;
}

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (text.ends_with('\r') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_ours(const Path& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 && st.st_uid == ::geteuid();
}

bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_presentable(std::string_view text) { return !text.empty() && base::is_utf8(text) && !base::has_control(text); }

struct Repository {
  Path top;     // where .git is
  Path own;     // HEAD lies here
  Path common;  // refs and config lie here; another one in a linked worktree
};

// A .git file ("gitdir: PATH") or commondir file names a folder relative to `base`. Git takes the whole file without
// the line ends at its end, so a name is refused that others may read in another way.
std::optional<Path> named_folder(const Path& file, std::string_view prefix, const Path& base) {
  const auto text = read_plain(file, kSmall);
  if (!text || !text->starts_with(prefix)) return std::nullopt;
  std::string_view name = std::string_view(*text).substr(prefix.size());
  while (name.ends_with('\n') || name.ends_with('\r')) name.remove_suffix(1);
  if (name.empty() || name.ends_with(' ') || base::has_control(name)) return std::nullopt;
  return (base / Path(name)).lexically_normal();
}

std::optional<Path> common_folder(const Path& own) {
  struct stat st {};
  if (::lstat((own / "commondir").c_str(), &st) != 0) return errno == ENOENT ? std::optional(own) : std::nullopt;
  return named_folder(own / "commondir", "", own);
}

std::optional<Repository> open_repository(const Path& top) {
  const Path dot_git = top / ".git";
  struct stat st {};
  if (::stat(dot_git.c_str(), &st) != 0) return std::nullopt;
  const auto own = S_ISDIR(st.st_mode) ? std::optional(dot_git) : named_folder(dot_git, "gitdir: ", top);
  if (!own || !is_ours(dot_git) || !is_ours(*own)) return std::nullopt;
  const auto common = common_folder(*own);
  if (!common) return std::nullopt;
  return Repository{top, *own, *common};
}

// Upwards, as git looks, but not into another file system.
std::optional<Repository> find_repository(Path folder) {
  struct stat first {
  }, st{};
  if (::stat(folder.c_str(), &first) != 0) return std::nullopt;
  for (;;) {
    if (::stat(folder.c_str(), &st) != 0 || st.st_dev != first.st_dev) return std::nullopt;
    if (::access((folder / ".git").c_str(), F_OK) == 0) return open_repository(folder);
    if (!folder.has_relative_path()) return std::nullopt;
    folder = folder.parent_path();
  }
}

// Lines are "<commit> <ref>", "#..." or "^<commit>".
std::string find_packed(std::string_view packed, std::string_view ref) {
  while (!packed.empty()) {
    const auto line = first_line(packed);
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos && line.substr(blank + 1) == ref && is_commit(line.substr(0, blank)))
      return std::string(line.substr(0, blank));
    const auto end = packed.find('\n');
    packed.remove_prefix(end == std::string_view::npos ? packed.size() : end + 1);
  }
  return "";
}

std::string resolve(const Repository& repository, std::string ref) {
  for (int i = 0; i < kSymbolicDepth; ++i) {
    if (!ref.starts_with("refs/") || !base::is_safe_relative(ref)) return "";
    auto text = read_plain(repository.common / ref, kSmall);
    if (!text) text = read_plain(repository.own / ref, kSmall);
    if (!text) return find_packed(read_plain(repository.common / "packed-refs", kPackedLimit).value_or(""), ref);
    const auto line = first_line(*text);
    if (is_commit(line)) return std::string(line);
    if (!line.starts_with("ref: ")) return "";
    ref = std::string(line.substr(5));
  }
  return "";
}

void add_head(const Repository& repository, GitFacts& facts, std::string& branch) {
  constexpr std::string_view kSymbolic = "ref: ", kHeads = "refs/heads/";
  const auto head = read_plain(repository.own / "HEAD", kSmall);
  if (!head) return;
  const auto line = first_line(*head);
  std::string commit;
  if (line.starts_with(kSymbolic)) {
    const std::string ref(line.substr(kSymbolic.size()));
    commit = resolve(repository, ref);
    // ".invalid" is what other storage of refs leaves here.
    if (ref.starts_with(kHeads) && ref != "refs/heads/.invalid" && is_presentable(ref))
      branch = ref.substr(kHeads.size());
  } else if (is_commit(line)) {
    commit = line;
  }
  if (!branch.empty()) facts[std::string(kGitBranch)] = branch;
  if (!commit.empty()) facts[std::string(kGitCommit)] = commit;
}

// The remote of the branch, else origin, else the only one.
std::string remote_url(const GitConfig& config, const std::string& branch) {
  const auto named = config.branch_remote.find(branch);
  const auto remote = config.remotes.find(named == config.branch_remote.end() ? "origin" : named->second);
  if (remote != config.remotes.end()) return remote->second;
  return config.remotes.size() == 1 ? config.remotes.begin()->second : "";
}

// Git is told which folders they are, so that it finds no others, with settings that we did not look at.
std::vector<std::string> git_environment(const Repository& repository) {
  std::vector<std::string> environment = {"GIT_DIR=" + repository.own.string(),
                                          "GIT_COMMON_DIR=" + repository.common.string(),
                                          "GIT_WORK_TREE=" + repository.top.string(),
                                          "LC_ALL=C",
                                          "GIT_OPTIONAL_LOCKS=0",
                                          "GIT_TERMINAL_PROMPT=0",
                                          "GIT_ALLOW_PROTOCOL=none",
                                          "GIT_NO_LAZY_FETCH=1"};  // a partial clone fetches nothing
  for (const char* name : {"PATH", "HOME", "XDG_CONFIG_HOME"})
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  return environment;
}

std::optional<GitConfig> read_config(const Repository& repository) {
  const auto text = read_plain(repository.common / "config", kConfigLimit);
  return text ? std::optional(parse_git_config(*text)) : std::nullopt;
}

/// Not where the repository's settings name programs (filters, includes): a downloaded repository must not execute
/// anything because it was submitted.
bool may_run_git(const Repository& repository, const GitConfig& config) {
  struct stat st {};
  const bool more_settings = ::stat((repository.own / "config.worktree").c_str(), &st) == 0;
  // Git itself asks who owns a repository only where it has to find one.
  return !config.names_programs && !more_settings && is_ours(repository.top) && is_ours(repository.common);
}

/// What git prints; nothing if it fails.
std::optional<std::string> run_git(const Repository& repository, const std::vector<std::string>& arguments) {
  base::SpawnOptions options;
  options.environment = git_environment(repository);
  if (!base::find_program("git", options.environment)) return std::nullopt;
  options.argv = {"git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = repository.top;
  auto finished = base::run_to_end(options, kStatusMs);
  if (!finished || finished->code != 0) return std::nullopt;
  return std::move(finished->output);
}

/// The day of a commit object: "committer NAME <MAIL> SECONDS ZONE" is one of its lines.
std::string day_of_commit(std::string_view object) {
  const auto line = first_line(object.substr(std::min(object.find("\ncommitter "), object.size() - 1) + 1));
  const auto seconds = line.substr(std::min(line.rfind("> "), line.size() - 1) + 1);
  const std::int64_t since_1970 = std::strtoll(std::string(seconds).c_str(), nullptr, 10);
  constexpr std::int64_t kSecondsOf9000Years = 284'000'000'000;
  if (since_1970 <= 0 || since_1970 > kSecondsOf9000Years) return "";
  return base::iso_time(since_1970 * 1'000'000).substr(0, 10);
}

}  // namespace

std::string without_credentials(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::string(url);
  const std::string_view scheme = url.substr(0, scheme_end + 3);
  const std::string_view rest = url.substr(scheme.size());
  const auto host = protocol::host_at(rest);
  std::string_view place = rest.substr(host);
  if (scheme != "file://") place = place.substr(0, place.find_first_of("?#"));
  // An ssh user name is part of the address; what follows ':' never is.
  std::string user;
  if (host > 0 && scheme.find("ssh") != std::string_view::npos)
    user.append(rest.substr(0, std::min(host - 1, rest.find(':')))).append("@");
  return std::string(scheme).append(user).append(place);
}

GitFacts git_facts(const Path& folder) {
  GitFacts facts;
  const auto repository = find_repository(folder.lexically_normal());
  if (!repository) return facts;
  std::string branch;
  add_head(*repository, facts, branch);
  const auto config = read_config(*repository);
  if (!config) return facts;
  const std::string url = without_credentials(remote_url(*config, branch));
  if (is_presentable(url)) facts[std::string(kGitRepository)] = url;
  if (!may_run_git(*repository, *config) || !facts.count(std::string(kGitCommit))) return facts;
  // What is in a submodule is another repository's affair, with settings that we did not look at.
  if (const auto changes = run_git(*repository, {"status", "--porcelain", "--ignore-submodules=dirty"}))
    facts[std::string(kGitDirty)] = changes->empty() ? "False" : "True";
  return facts;
}

std::string commit_day(const Path& folder) {
  const auto repository = find_repository(folder.lexically_normal());
  const auto config = repository ? read_config(*repository) : std::nullopt;
  if (!config || !may_run_git(*repository, *config)) return "";
  return day_of_commit(run_git(*repository, {"cat-file", "commit", "HEAD"}).value_or(""));
}

}  // namespace source
