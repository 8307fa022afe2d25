// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/exclusions.h"

#include "base/text.h"

namespace source {

namespace {

constexpr std::size_t kNamed = 3, kKeyFilesNamed = 10, kRulesNamed = 12, kLinksNamed = 10;

// On one line whatever the name holds.
std::string shown(std::string_view path) {
  std::string text = base::to_utf8(path);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

std::string in_words(const Amount& size) { return (size.more ? "over " : "") + base::format_bytes(size.bytes); }

void append(std::string& list, std::string_view item, std::string_view separator = ", ") {
  if (!list.empty()) list += separator;
  list += item;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

}  // namespace

void Exclusions::folder(const Ignore::Answer& why, std::string_view path, const Amount& size) {
  auto& left = sources_[std::string(why.source)][std::string(why.rule)];
  left.size.bytes += size.bytes;
  left.size.more |= size.more;
  ++left.folder_count;
  if (left.folders.size() > kNamed) return;
  const bool sized = why.source != Ignore::kBuiltIn && size.bytes > 0;  // unknown where a client has not sent it
  left.folders.push_back(shown(path) + "/" + (sized ? " (" + in_words(size) + ")" : ""));
}

void Exclusions::followed(std::string_view path) {
  if (++followed_count_ <= kLinksNamed) followed_.push_back(shown(path));
}

void Exclusions::file(const Ignore::Answer& why, std::string_view path) {
  auto& left = sources_[std::string(why.source)][std::string(why.rule)];
  ++left.file_count;
  if (why.source == Ignore::kSecrets && left.files.size() < kKeyFilesNamed) left.files.push_back(shown(path));
}

std::string Exclusions::words_of(std::string_view source, const std::string& rule, const ByRule& left) {
  std::string words;
  if (left.folder_count > kNamed) {
    append(words, std::to_string(left.folder_count) + " folders " + shown(rule));
    if (source != Ignore::kBuiltIn && left.size.bytes > 0) words += " (" + in_words(left.size) + ")";
  } else {
    for (const auto& folder : left.folders) append(words, folder);
  }
  for (const auto& file : left.files) append(words, file);
  const auto unnamed = left.file_count - left.files.size();
  if (unnamed > 0) append(words, counted(unnamed, "file", "files") + " " + shown(rule));
  return words;
}

std::string Exclusions::words() const {
  std::string sentence;
  for (const auto& [source, rules] : sources_) {
    std::string list;
    std::size_t named = 0;
    for (const auto& [rule, left] : rules)
      if (++named <= kRulesNamed) append(list, words_of(source, rule, left));
    if (named > kRulesNamed) append(list, counted(named - kRulesNamed, "more rule", "more rules"));
    append(sentence, "by " + source + ": " + list, "; ");
  }
  if (special_ > 0) append(sentence, counted(special_, "socket, FIFO or device", "sockets, FIFOs and devices"), "; ");
  if (!sentence.empty()) sentence.insert(0, "excluded ");
  std::string links;
  for (const auto& link : followed_) append(links, link);
  if (followed_count_ > followed_.size()) append(links, std::to_string(followed_count_ - followed_.size()) + " more");
  if (!links.empty()) append(sentence, "followed links out of the folder: " + links, "; ");
  return sentence;
}

}  // namespace source
