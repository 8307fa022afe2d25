// SPDX-License-Identifier: Apache-2.0
// Each script asks `runyard completion candidates -- WORD...`. The first line of the answer is "files" or "folders"
// when the shell completes those itself, else "words"; each further line is a candidate, a tab and what it is.
#include <map>

#include "cli/completion.h"

namespace cli {
namespace {

constexpr const char* kBash = R"script(# Completion of runyard for bash: source <(runyard completion bash)
_runyard() {
  local words=() lines=() line word typed part i
  # bash makes words of '=' and ':', which belong to ours.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == [=:]* ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
  done
  words=("${words[@]//[\\\'\"]/}")
  typed=${words[${#words[@]} - 1]}
  mapfile -t lines < <("$1" completion candidates -- "${words[@]}" 2>/dev/null)
  COMPREPLY=()
  case ${lines[0]-} in
    files) compopt -o bashdefault -o default ;;
    folders) compopt -o dirnames ;;
    words) compopt -o nosort 2>/dev/null ;;
  esac
  part=${COMP_WORDS[COMP_CWORD]}
  [[ $part != [=:]* ]] || part=
  word=${part//[\\\'\"]/}
  for line in "${lines[@]:1}"; do
    line=${line%%$'\t'*}
    line=${line#"${typed%"$word"}"}
    if [[ $part != [\'\"]* ]]; then
      printf -v line %q "$line"
    elif [[ $line == *[\\\'\"\$\`!]* ]]; then
      continue # the shell would read these inside quotes
    fi
    COMPREPLY+=("$line")
  done
}
complete -F _runyard runyard
)script";

constexpr const char* kZsh = R"script(#compdef runyard
# Completion of runyard for zsh: source <(runyard completion zsh), or this file as _runyard in a folder of $fpath
_runyard() {
  local -a lines names shown
  local line
  lines=("${(@f)$("$words[1]" completion candidates -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  case $lines[1] in
    files) compset -P '-*='; _files; return ;;
    folders) compset -P '-*='; _files -/; return ;;
  esac
  for line in "${(@)lines[2,-1]}"; do
    names+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done
  compadd -V runyard -l -d shown -a names
}
if [[ $funcstack[1] == _runyard ]]; then
  _runyard "$@"
else
  compdef _runyard runyard
fi
)script";

constexpr const char* kFish = R"script(# Completion of runyard for fish: runyard completion fish | source
function __runyard_candidates
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l lines ($words[1] completion candidates -- $words[2..] "$typed" 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path "$typed"
        case folders
            __fish_complete_directories "$typed"
        case '*'
            printf '%s\n' $lines[2..]
    end
end
complete -c runyard -f -k -a '(__runyard_candidates)'
)script";

}  // namespace

std::string completion_script(const std::string& shell) {
  static const std::map<std::string, const char*> kScripts{{"bash", kBash}, {"fish", kFish}, {"zsh", kZsh}};
  const auto found = kScripts.find(shell);
  return found == kScripts.end() ? "" : found->second;
}

}  // namespace cli
