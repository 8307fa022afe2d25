// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/manifest.h"

#include "base/digest.h"
#include "base/file.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using source::ManifestEntry;

TEST_CASE("manifest: an entry is always written in the same way") {
  std::string manifest;
  source::append_manifest_line(manifest, {"a", ManifestEntry::Type::directory, 0755, 0, "", ""});
  source::append_manifest_line(manifest, {"a/训.py", ManifestEntry::Type::file, 0644, 3, base::sha256_hex("abc"), ""});
  source::append_manifest_line(manifest, {"bad\xff", ManifestEntry::Type::link, 0777, 0, "", "a"});
  CHECK(manifest == R"({"path":"a","type":"directory","mode":493}
{"path":"a/训.py","type":"file","mode":420,"size":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
{"path":{"base64":"YmFk/w=="},"type":"link","mode":511,"target":"a"}
)");
}

TEST_CASE("manifest: the example in the page is what is written") {
  const auto page = base::read_file(RUNYARD_SOURCE_DIR "/docs/formats/run-directory.md");
  REQUIRE(page);
  const auto section = page->find("manifest.json, archive.tar.zst\n\n");
  REQUIRE(section != std::string::npos);
  const auto begin = page->find("```jsonl\n", section) + 9, end = page->find("```", begin);
  const std::string example = page->substr(begin, end - begin);
  const auto entries = source::parse_manifest(example);
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  std::string written;
  for (const auto& entry : *entries) source::append_manifest_line(written, entry);
  CHECK(written == example);
}

TEST_CASE("manifest: any name comes back") {
  std::string all;
  for (int c = 1; c < 256; ++c)
    if (c != '/') all += static_cast<char>(c);
  std::string manifest;
  for (const auto& name : {all, all.substr(0, 127), std::string("\"\\\n\x7f")})
    source::append_manifest_line(manifest, {name, ManifestEntry::Type::link, 0777, 0, "", name});
  const auto entries = source::parse_manifest(manifest);
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK(entries->at(0).path == all);
  CHECK(entries->at(1).target == all.substr(0, 127));
  CHECK(entries->at(2).path == "\"\\\n\x7f");
}

TEST_CASE("manifest: what is wrong is named by its line") {
  const std::string good = R"({"path":"a","type":"directory","mode":493})"
                           "\n";
  for (
      const char* bad :
      {"", "x", "[]", "{}", R"({"path":"../a","type":"directory","mode":1})", R"({"path":"/a","type":"directory"})",
       R"({"path":"a","type":"device","mode":1})", R"({"path":"a","type":"file","mode":1})",
       R"({"path":"a","type":"file","mode":1,"size":-1,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})",
       R"({"path":"a","type":"file","mode":1,"size":1,"sha256":"ab"})", R"({"path":"a","type":"link","mode":1})"}) {
    CAPTURE(bad);
    const auto refused = source::parse_manifest(good + bad + "\n");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("manifest, line 2: "));
  }
  CHECK_FALSE(source::parse_manifest(good + "{"));
}
