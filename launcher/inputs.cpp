// SPDX-License-Identifier: Apache-2.0
#include "launcher/inputs.h"

#include <algorithm>
#include <cerrno>

#include "base/copy.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;
using protocol::Input;
using protocol::InputMode;

bool is_absolute_place(const Input& input) { return input.place.starts_with('/'); }

/// The path with all links resolved; as it is where that cannot be done.
base::Path real_path(const base::Path& path) {
  std::error_code code;
  const base::Path found = fs::canonical(path, code);
  return code ? path : found;
}

/// A file or folder of the machine below `originals`, where the program sees it read-only. A link in it that leads out
/// by "..", still does what it does at its own place. The whole mount tree is copied once, read-only: one mount serves
/// all inputs, and the run can still write to the same folder by its own path. Outside of the mount namespace, and
/// where the kernel refuses one, there are links in its place.
base::Path original_of(const Attempt& attempt, const base::Path& path) {
  return attempt.dir.originals() / real_path(path).relative_path();
}

/// Where the files of an input are put, or where its folder is linked.
base::Path folder_of_input(const Attempt& attempt, const Input& input) {
  return input.place.empty() || is_absolute_place(input) ? attempt.dir.input(input.name) : attempt.work() / input.place;
}

base::Path target_of_whole(const Attempt& attempt, const Input& input) {
  return input.mode == InputMode::kMount ? original_of(attempt, input.source) : base::Path(input.source);
}

bool is_folder(const base::Path& path) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(path, ignored));
}

/// A folder of the snapshot, at the place of an input that is a whole folder: only a mount can take its place.
bool covers_folder(const Attempt& attempt, const Input& input) {
  return input.is_whole() && !input.place.empty() && !is_absolute_place(input) &&
         is_folder(folder_of_input(attempt, input));
}

/// Makes what one input needs.
class InputMaker {
 public:
  InputMaker(const Attempt& attempt, const Input& input, MadeInputs& made)
      : attempt_(attempt), input_(input), made_(made) {}

  base::Result<void> make() {
    if (!input_.files) TRY(check_source());
    if (!input_.place.empty()) TRY(is_absolute_place(input_) ? make_mount_point() : check_way());
    if (input_.mode == InputMode::kMount) TRY(show_originals());
    if (input_.is_whole()) return link_whole();
    TRY(base::make_directories(folder_of_input(attempt_, input_)));
    return input_.files ? make_files() : copy_folder(input_.source, folder_of_input(attempt_, input_));
  }

 private:
  /// A folder; what is linked may be a file as well.
  base::Result<void> check_source() const {
    std::error_code code;
    const auto status = fs::status(input_.source, code);
    if (!fs::exists(status)) return base::os_error("cannot use '" + input_.source + "'", code.value());
    if (fs::is_directory(status) || input_.mode == InputMode::kLink) return {};
    return base::error("'" + input_.source + "' is not a folder");
  }

  /// The program must see nothing but the input there, and other programs must not miss files that were there.
  base::Result<void> make_mount_point() const {
    const base::Path place = input_.place;
    if (!base::exists(place)) return base::make_directories(place);
    std::error_code code;
    if (!fs::is_directory(place, code)) return base::error("'" + input_.place + "' is not a folder");
    if (fs::is_empty(place, code) || real_path(place) == real_path(input_.source)) return {};
    return base::error("the folder '" + input_.place + "' is not empty");
  }

  /// A link on the way would lead into a folder that is not the run's.
  base::Result<void> check_way() const {
    if (attempt_.spec.source.in_place)
      return base::error("a run in place has no folder of its own to hold '" + input_.place + "'");
    base::Path way = attempt_.work();
    for (const auto& part : base::Path(input_.place)) {
      way /= part;
      std::error_code ignored;
      const auto status = fs::symlink_status(way, ignored);
      if (fs::exists(status) && !fs::is_directory(status))
        return base::error("'" + way.string() + "' is there already, and is not a folder");
    }
    return input_.is_whole() ? base::Result<void>() : check_links(way);
  }

  static base::Result<void> check_links(const base::Path& folder) {
    std::error_code code;
    for (fs::recursive_directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
      if (entry->is_symlink(code))
        return base::error("'" + entry->path().string() + "' is there already, and is a link");
    return {};
  }

  /// Where no mount is possible, and for other programs, `originals` has a link to each folder at the top of the
  /// machine that is needed.
  base::Result<void> show_originals() const {
    TRY(base::make_directories(attempt_.dir.originals()));
    if (!input_.files) return show_original(input_.source);
    for (const auto& file : *input_.files) TRY(show_original(base::Path(input_.source) / file));
    return {};
  }

  base::Result<void> show_original(const base::Path& path) const {
    const base::Path relative = real_path(path).relative_path();
    if (relative.empty()) return base::error("the root of the file system is no input");
    const base::Path top = *relative.begin();
    return make_link("/" / top, attempt_.dir.originals() / top, true);
  }

  static base::Result<void> make_link(const base::Path& target, const base::Path& link, bool once = false) {
    std::error_code code;
    fs::create_symlink(target, link, code);
    if (!code || (once && code == std::errc::file_exists)) return {};
    return base::os_error("cannot make the link '" + link.string() + "'", code.value());
  }

  base::Result<void> link_whole() const {
    if (input_.place.empty() || is_absolute_place(input_)) return {};
    const base::Path link = folder_of_input(attempt_, input_);
    std::error_code code;
    if (is_folder(link) && !fs::is_empty(link, code)) return {};  // a mount covers it
    fs::remove(link, code);
    TRY(base::make_directories(link.parent_path()));
    return make_link(target_of_whole(attempt_, input_), link);
  }

  base::Result<void> make_files() {
    const base::Path folder = folder_of_input(attempt_, input_);
    for (const auto& file : *input_.files) {
      const base::Path from = base::Path(input_.source) / file, to = folder / file;
      TRY(base::make_directories(to.parent_path()));
      TRY(input_.mode == InputMode::kMount ? link_file(from, to) : copy(from, to));
    }
    return {};
  }

  base::Result<void> link_file(const base::Path& from, const base::Path& to) const {
    std::error_code code;
    if (!fs::exists(from, code))
      return base::os_error("cannot use '" + from.string() + "'", code ? code.value() : ENOENT);
    return make_link(original_of(attempt_, from), to);
  }

  base::Result<void> copy(const base::Path& from, const base::Path& to) {
    TRY_ASSIGN(const std::uint64_t bytes, base::copy_file(from, to));
    ++made_.files;
    made_.bytes += bytes;
    return {};
  }

  /// All files below a folder. Links to files are followed, links to folders are not.
  base::Result<void> copy_folder(const base::Path& from, const base::Path& to) {
    std::error_code code;
    fs::directory_iterator entry(from, code), end;
    for (; !code && entry != end; entry.increment(code)) TRY(copy_entry(entry->path(), to / entry->path().filename()));
    if (code) return base::os_error("cannot read the folder '" + from.string() + "'", code.value());
    return {};
  }

  base::Result<void> copy_entry(const base::Path& from, const base::Path& to) {
    std::error_code ignored;
    if (!fs::is_directory(from, ignored)) return copy(from, to);
    if (fs::is_symlink(from, ignored)) {
      made_.warnings.push_back("not copied for the input '" + input_.name + "': " + from.string() +
                               " is a link to a folder");
      return {};
    }
    if (holds_copy(from)) return {};
    TRY(base::make_directories(to));
    return copy_folder(from, to);
  }

  /// A copy of the copy would never end. A source outside of the state directory gets nothing of that.
  bool holds_copy(const base::Path& folder) const {
    std::error_code ignored;
    return fs::equivalent(folder, protocol::StateDir::of_run(attempt_.run).root, ignored) ||
           fs::equivalent(folder, folder_of_input(attempt_, input_), ignored);
  }

  const Attempt& attempt_;
  const Input& input_;
  MadeInputs& made_;
};

void add_mounts(const Attempt& attempt, const Input& input, std::vector<base::Mount>& mounts) {
  const base::Path own = folder_of_input(attempt, input);
  const bool links = input.mode == InputMode::kMount && input.files;
  if (links) mounts.push_back({own, own, true});
  const base::Path from = input.is_whole() ? target_of_whole(attempt, input) : own;
  if (is_absolute_place(input)) mounts.push_back({from, real_path(input.place), false});
  if (covers_folder(attempt, input)) mounts.push_back({from, own, false});
}

bool is_mounted(const Input& input) { return input.mode == InputMode::kMount; }

const char* verb_of_mode(InputMode mode) {
  switch (mode) {
    case InputMode::kDownload:
      return "copy";
    case InputMode::kMount:
      return "mount";
    case InputMode::kLink:
      break;
  }
  return "link";
}

}  // namespace

base::Result<MadeInputs> make_inputs(const Attempt& attempt) {
  MadeInputs made;
  for (const auto& input : attempt.spec.inputs)
    TRY_FOR(std::string("cannot ") + verb_of_mode(input.mode) + " the input '" + input.name + "'",
            InputMaker(attempt, input, made).make());
  return made;
}

std::vector<base::Mount> input_mounts(const Attempt& attempt) {
  const auto& inputs = attempt.spec.inputs;
  std::vector<base::Mount> mounts;
  if (std::any_of(inputs.begin(), inputs.end(), is_mounted)) mounts.push_back({"/", attempt.dir.originals(), true});
  for (const auto& input : inputs) add_mounts(attempt, input, mounts);
  return mounts;
}

bool needs_mounts(const Attempt& attempt) {
  const auto& inputs = attempt.spec.inputs;
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](const Input& input) { return is_absolute_place(input) || covers_folder(attempt, input); });
}

std::string names_of_mounted(const Attempt& attempt) {
  std::string names;
  for (const auto& input : attempt.spec.inputs)
    if (is_mounted(input)) names += (names.empty() ? "" : ", ") + input.name;
  return names;
}

base::Path path_of_input(const Attempt& attempt, const Input& input) {
  if (!input.place.empty()) {
    const base::Path folder = attempt.work() / input.place;  // an absolute place stays as it is
    return input.single ? folder / input.files->front() : folder;
  }
  if (input.is_whole()) return target_of_whole(attempt, input);
  const base::Path folder = folder_of_input(attempt, input);
  return input.single ? folder / input.files->front() : folder;
}

void drop_inputs(const Attempt& attempt) {
  if (base::exists(attempt.dir.inputs()))
    (void)base::move_into(protocol::StateDir::of_run(attempt.run).trash(), attempt.dir.inputs());
}

}  // namespace launcher
