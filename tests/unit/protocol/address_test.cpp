// SPDX-License-Identifier: Apache-2.0
#include "protocol/address.h"

#include "tests/support/catch.h"

TEST_CASE("an address with a secret is found wherever the secret stands", "[redaction]") {
  for (const auto* text : {"https://me:word@host/simple",
                           "a https://h/ ftp://u:p@h",
                           "postgres://u:@h",
                           "https://me:wo/rd@host/x",
                           "https://me:wo?rd@host",
                           "https://me:wo#rd@host",
                           "redis://:wo/rd@host:1/0",
                           "https://token@host/x",
                           "HTTPS://token@host",
                           "git+https://token@host/x.git@v1",
                           "https://h/x,https://token@h",
                           "https://acc.blob.core.windows.net/c/b?sv=2020&sig=abc%3D",
                           "https://h/?a=1&SIG=x",
                           "https://h/#access_token=x",
                           "s3://b/k?X-Amz-Signature=x",
                           "https://h/x?X-Goog-Signature=x",
                           "https://h/x?a;token=x",
                           "https://h/x?api-key=x",
                           "https://h/?key=x",
                           "https://h/f?code=x",
                           "https://h/?next=https://i/&sig=x",
                           "https://conda.anaconda.org/t/token/x",
                           "file:///t/token"}) {
    INFO(text);
    CHECK(protocol::holds_password(text));
  }
}

TEST_CASE("other addresses and texts stay", "[redaction]") {
  for (const auto* text : {"https://host/a:b@c",
                           "https://host:8443/@scope/x",
                           "https://[::1]/x@y",
                           "https://[::1]:80/x@y",
                           "me:word@host",
                           "https://host:80/",
                           "://",
                           "https://@host",
                           "https://host/?q=a:b@c",
                           "ssh://git@host/x",
                           "abfss://folder@host/x",
                           "https://h/?sig=",
                           "https://h/?sig",
                           "https://h/?sign=1&design=2",
                           "https://h/x=1",
                           "https://h/t/",
                           "https://h/t//x",
                           "https://h/at/x",
                           "sig=x",
                           "",
                           "https://h/ x?sig=1"}) {
    INFO(text);
    CHECK_FALSE(protocol::holds_password(text));
    CHECK(protocol::without_passwords(text) == text);
  }
}

TEST_CASE("only the address with the secret is replaced", "[redaction]") {
  CHECK(protocol::without_passwords("--index-url=https://u:p@h/simple --x") == "--index-url=(redacted) --x");
  CHECK(protocol::without_passwords("x @ git+https://t@h/x \"https://h/?sig=1\" https://h/ -ftp://a:b@c") ==
        "x @ (redacted) \"(redacted)\" https://h/ -(redacted)");
  CHECK(protocol::without_passwords("(redacted)") == "(redacted)");
}

TEST_CASE("the host begins behind a user and any password", "[redaction]") {
  CHECK(protocol::host_at("host/a@b") == 0);
  CHECK(protocol::host_at("me:word@host/a@b") == 8);
  CHECK(protocol::host_at("me:a@b@host/") == 7);
  CHECK(protocol::host_at("me:a/b@host") == 7);
  CHECK(protocol::host_at("host:80/a@b") == 0);
  CHECK(protocol::host_at("") == 0);
}
