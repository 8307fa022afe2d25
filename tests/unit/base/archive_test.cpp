// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include "tests/support/catch.h"

#include "base/archive_writer.h"

namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "runyard-archive-XXXXXX").string();
    path = ::mkdtemp(name.data());
    fs::create_directory(into());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path into() const { return path / "into"; }
  fs::path file() const { return path / "a.tar.zst"; }
  fs::path path;
};

// A hostile tar, which ArchiveWriter would not write.
class RawTar {
 public:
  explicit RawTar(const fs::path& file) {
    archive_write_set_format_pax_restricted(a_);
    archive_write_add_filter_zstd(a_);
    archive_write_open_filename(a_, file.c_str());
  }
  ~RawTar() { archive_write_free(a_); }
  void add(const char* name, unsigned type, const std::string& text = "", unsigned mode = 0644) {
    archive_entry* e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_mode(e, type | mode);
    if (type == AE_IFLNK) archive_entry_set_symlink(e, text.c_str());
    if (type == 0) {
      archive_entry_set_mode(e, AE_IFREG | mode);
      archive_entry_set_hardlink(e, text.c_str());
    }
    archive_entry_set_size(e, type == AE_IFREG ? static_cast<la_int64_t>(text.size()) : 0);
    REQUIRE(archive_write_header(a_, e) == ARCHIVE_OK);
    if (type == AE_IFREG) archive_write_data(a_, text.data(), text.size());
    archive_entry_free(e);
  }

 private:
  archive* a_ = archive_write_new();
};

void write_sample(const fs::path& file) {
  auto w = base::ArchiveWriter::open(file);
  REQUIRE(w);
  REQUIRE(w->add_directory("数据", 0755));
  REQUIRE(w->add_file("数据/训练.py", 0755, 6));
  REQUIRE(w->write("pri"));
  REQUIRE(w->write("nt\n"));
  REQUIRE(w->add_file("bad\xff", 0600, 0));
  REQUIRE(w->add_link("数据/back", "../bad\xff"));
  REQUIRE(w->finish());
}

}  // namespace

TEST_CASE("archive: round trip, names as bytes, same bytes again") {
  Folder f;
  write_sample(f.file());
  write_sample(f.path / "b");
  CHECK(*base::read_file(f.file()) == *base::read_file(f.path / "b"));
  auto report = base::extract_tar_zst(f.file(), f.into(), false);
  REQUIRE(report);
  CHECK(report->files == 2);
  CHECK(report->bytes == 6);
  CHECK(report->skipped.empty());
  CHECK(*base::read_file(f.into() / "数据/训练.py") == "print\n");
  CHECK(fs::exists(f.into() / "bad\xff"));
  CHECK(fs::read_symlink(f.into() / "数据/back") == "../bad\xff");
  struct stat st {};
  ::stat((f.into() / "数据/训练.py").c_str(), &st);
  CHECK((st.st_mode & 07777) == 0755);
}

TEST_CASE("archive: hostile entries are skipped with a reason") {
  Folder f;
  {
    RawTar tar(f.file());
    tar.add("../x", AE_IFREG, "1");
    tar.add("/tmp/runyard-absolute", AE_IFREG, "1");
    tar.add("a/../../x", AE_IFREG, "1");
    tar.add("null", AE_IFCHR);
    tar.add("fifo", AE_IFIFO);
    tar.add("ok", AE_IFREG, "fine", 06755);
    tar.add("hard", 0, "ok");
    tar.add("out", AE_IFLNK, "..");
    tar.add("etc", AE_IFLNK, "/etc");
    tar.add("d/e/top", AE_IFLNK, "../..");
    tar.add("hop", AE_IFLNK, "d/e/top/..");
    tar.add("d/e/top/through", AE_IFREG, "1");
  }
  auto report = base::extract_tar_zst(f.file(), f.into(), false);
  REQUIRE(report);
  CHECK(report->files == 1);
  for (const auto& line : report->skipped) INFO(line);
  CHECK(report->skipped.size() == 10);
  CHECK_FALSE(fs::exists(f.path / "x"));
  CHECK_FALSE(fs::exists("/tmp/runyard-absolute"));
  CHECK_FALSE(fs::exists(f.into() / "through"));
  CHECK_FALSE(fs::is_symlink(f.into() / "hop"));
  CHECK(fs::is_symlink(f.into() / "d/e/top"));
  struct stat st {};
  ::stat((f.into() / "ok").c_str(), &st);
  CHECK((st.st_mode & 07777) == 0755);
}

TEST_CASE("archive: links that lead out are made when asked for, never written through") {
  Folder f;
  fs::create_directory(f.path / "victim");
  {
    RawTar tar(f.file());
    tar.add("v", AE_IFLNK, "../victim");
    tar.add("w", AE_IFLNK, "v");
    tar.add("v/x", AE_IFREG, "1");
    tar.add("w/x", AE_IFREG, "1");
  }
  auto report = base::extract_tar_zst(f.file(), f.into(), true);
  REQUIRE(report);
  CHECK(report->skipped.size() == 2);
  CHECK(fs::is_symlink(f.into() / "v"));
  CHECK(fs::is_empty(f.path / "victim"));
}

TEST_CASE("archive: limits are errors") {
  Folder f;
  {
    RawTar tar(f.file());
    tar.add("zeros", AE_IFREG, std::string(1 << 22, '\0'));
    tar.add("two", AE_IFREG, "2");
  }
  base::ExtractLimits limits;
  SECTION("bytes") { limits.bytes = 1 << 20; }
  SECTION("entries") { limits.entries = 1; }
  SECTION("path") { limits.path_length = 4; }
  auto report = base::extract_tar_zst(f.file(), f.into(), false, limits);
  REQUIRE_FALSE(report);
  CHECK(report.error().code == std::errc::file_too_large);
}

TEST_CASE("archive: cut off or corrupt is an error") {
  Folder f;
  write_sample(f.file());
  const std::string whole = *base::read_file(f.file());
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{9}, whole.size() / 2, whole.size() - 1}) {
    CAPTURE(size);
    REQUIRE(base::write_file_atomic(f.file(), std::string_view(whole).substr(0, size)));
    CHECK_FALSE(base::extract_tar_zst(f.file(), f.into(), false));
  }
  REQUIRE(base::write_file_atomic(f.file(), std::string(5000, 'x')));
  CHECK_FALSE(base::extract_tar_zst(f.file(), f.into(), false));
  CHECK_FALSE(base::extract_tar_zst(f.path / "none", f.into(), false));
}
