// SPDX-License-Identifier: Apache-2.0
#include "protocol/ignore.h"

#include "tests/support/catch.h"

namespace {

bool out(const protocol::Ignore& rules, std::string_view path, bool directory = false) {
  return rules.ask(path, directory).excluded;
}

}  // namespace

TEST_CASE("ignore: rules as git reads them") {
  const protocol::Ignore rules(
      "# no\n*.csv\n!keep.csv\n/top\ndata/\na/**/z\nq/**\nf[0-9].t\nn[!a]\n\\#x\n\\!y\nsp\\ \nm/*.o\n**/deep\npre*\n",
      ".amlignore");
  CHECK(out(rules, "x/y.csv"));
  CHECK_FALSE(out(rules, "x/keep.csv"));
  CHECK(out(rules, "top"));
  CHECK_FALSE(out(rules, "x/top"));
  CHECK(out(rules, "x/data", true));
  CHECK_FALSE(out(rules, "data"));
  CHECK((out(rules, "a/z") && out(rules, "a/b/c/z") && out(rules, "q/x/y") && !out(rules, "q", true)));
  CHECK((out(rules, "f7.t") && !out(rules, "fx.t") && out(rules, "nb") && !out(rules, "na")));
  CHECK((out(rules, "#x") && out(rules, "!y") && out(rules, "sp ") && !out(rules, "sp")));
  CHECK((out(rules, "m/a.o") && !out(rules, "m/b/a.o") && !out(rules, "x/m/a.o")));
  CHECK((out(rules, "deep") && out(rules, "a/b/deep") && !out(rules, "deeper")));
  CHECK((out(rules, "a/prefix") && out(rules, "pre") && !out(rules, "pr")));
  CHECK(rules.ask("y.csv", false).rule == "*.csv");
  CHECK(rules.ask("y.csv", false).source == ".amlignore");
}

TEST_CASE("ignore: files from Windows, with a mark at their start, without a newline at their end") {
  const protocol::Ignore rules("\xEF\xBB\xBF*.a\r\n# no\r\nb  \r\n\r\nlast", ".gitignore");
  CHECK((out(rules, "x.a") && out(rules, "b") && out(rules, "last")));
  CHECK_FALSE(out(rules, "# no"));
}

TEST_CASE("ignore: any bytes are rules or nothing, and take no long time") {
  for (const std::string& text :
       {std::string("[\n[a\n\\\n!\n/\n//\n!/\n**\n", 19), std::string("\0\xff\n[[:x:]\n", 10)})
    (void)protocol::Ignore(text, "x").ask("some/path", false);
  std::string stars;
  for (int i = 0; i < 2000; ++i) stars += "*a";
  CHECK_FALSE(out(protocol::Ignore(stars + "b", "x"), std::string(4000, 'a')));
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += "**/a/";
  std::string path = "a";
  for (int i = 0; i < 900; ++i) path += "/a";
  CHECK_FALSE(out(protocol::Ignore(deep + "b", "x"), path));
}

TEST_CASE("ignore: the built-in list, unless asked for") {
  const protocol::Ignore none;
  for (const char* folder : {"a/__pycache__", "outputs", "logs", ".git", "x/.venv", "node_modules", "mlruns", "a/wandb",
                             ".ipynb_checkpoints"})
    CHECK(out(none, folder, true));
  CHECK(none.ask("outputs", true).source == protocol::Ignore::kBuiltIn);
  CHECK_FALSE(out(none, "a/outputs", true));
  CHECK_FALSE(out(none, "logs"));
  CHECK_FALSE(out(protocol::Ignore("!wandb/"), "wandb", true));
  CHECK_FALSE(out(protocol::Ignore::nothing(), ".git", true));
}

TEST_CASE("ignore: a folder called env is excluded only if it is an environment") {
  const protocol::Ignore none;
  for (const char* folder : {"env", "a/venv"}) {
    const auto answer = none.ask(folder, true);
    CHECK((answer.excluded && answer.if_environment));
  }
  CHECK_FALSE(protocol::Ignore("env/", "x").ask("env", true).if_environment);
  CHECK_FALSE(out(none, "env"));
}

TEST_CASE("ignore: key files are excluded, examples of them are not") {
  const protocol::Ignore none;
  for (const char* file :
       {".env", "a/.env.local", "tls/server.pem", "id_rsa", "id_ed25519.pub", ".netrc", "a/server.key", ".npmrc",
        "x.keytab", ".docker/config.json", "a/.docker/config.json", "SERVER.PEM", "Id_Rsa", ".Docker/Config.json"}) {
    CAPTURE(file);
    CHECK(out(none, file));
    CHECK(none.ask(file, false).source == protocol::Ignore::kSecrets);
  }
  for (const char* folder : {".aws", "a/.ssh", ".GnuPG", ".kube", "a/.config/gcloud"}) {
    CAPTURE(folder);
    CHECK(none.ask(folder, true).source == protocol::Ignore::kSecrets);
    CHECK_FALSE(out(none, folder));
  }
  for (const char* file : {".docker/Dockerfile", "config.json", "x.docker/config.json", "keys.py", ".config/x"})
    CHECK_FALSE(out(none, file));
  CHECK_FALSE(protocol::Ignore("!.ssh/").ask("a/.ssh", true).excluded);
  CHECK_FALSE(out(protocol::Ignore("!*.KEY"), "a.KEY"));
  CHECK_FALSE(out(protocol::Ignore("!.docker/config.json"), ".docker/config.json"));
  CHECK_FALSE(out(none, ".env.example"));
  CHECK_FALSE(out(none, "environment.py"));
  CHECK_FALSE(out(protocol::Ignore("!.env"), ".env"));
}

TEST_CASE("ignore: a path at any depth is matched at whole names") {
  const protocol::Ignore rules("**/a/b");
  CHECK(out(rules, "a/b"));
  CHECK(out(rules, "x/y/a/b"));
  CHECK_FALSE(out(rules, "xa/b"));
  CHECK_FALSE(out(rules, "a/b/c"));
}

TEST_CASE("ignore: a line made for a path excludes that path alone") {
  for (const std::string& path :
       std::vector<std::string>{"a/b", "we[i]rd*?", "back\\slash", "#hash", "!bang", "end ", "bad\xff", "two\nlines"}) {
    CAPTURE(path);
    const protocol::Ignore rules(protocol::ignore_line(path) + "\n", "x");
    CHECK(out(rules, path));
    CHECK_FALSE(out(rules, "x/" + path));
    CHECK_FALSE(out(rules, "we1rdxx"));
  }
  CHECK(protocol::ignore_line("data/") == "/data/");
}
