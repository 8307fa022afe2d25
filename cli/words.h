// SPDX-License-Identifier: Apache-2.0
// Texts about a run for the terminal, and the exit code for the shell.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace cli {

/// Safe to print on a terminal: UTF-8, each control character and each one that turns the writing direction as U+FFFD.
std::string printable(std::string_view text);
/// As printable, but line ends and tabs stay: tracebacks.
std::string printable_block(std::string_view text);
/// As printable_block, for a sentence behind a name: without line ends at its end, and with further lines indented by
/// so many blanks, so that none looks like a line of this program.
std::string printable_lines(std::string_view text, std::size_t indent);
/// A text for a list: its line ends, with the blanks around them, become one blank each. Not yet printable.
std::string one_line(std::string_view text);
/// "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago" for an ISO time; empty when it is not one.
std::string age(std::string_view iso, base::Micros now);
/// The terminal escape for a status, empty for one without color.
std::string_view color_of(std::string_view status);
std::string plural(std::uint64_t count, std::string_view noun);

bool is_final(const nlohmann::json& run);
/// "run X completed after 12 s", "run X failed after 3 s: the sentence", "run X is queued: behind ...".
std::string outcome_sentence(const nlohmann::json& run);
/// The command of the run: "train.py --alpha 0.5", the command, "interactive".
std::string command_line(const nlohmann::json& run);

inline constexpr int kExitUsage = 2;       ///< a wrong command line
inline constexpr int kExitCanceled = 143;  ///< as a process ended by the SIGTERM that canceling sends
inline constexpr int kExitTimeout = 124;   ///< as timeout(1)
inline constexpr int kExitDetached = 130;  ///< as a shell after Ctrl-C
/// The exit code of a final run: 0 completed; its exit status; 128 + signal; kExitCanceled; else 1.
int exit_code_of(const nlohmann::json& run);

}  // namespace cli
