# SPDX-License-Identifier: Apache-2.0
"""S16: a filter, key, cursor or pattern is data: it finds what it says or is refused in words, and changes nothing."""

from urllib.parse import quote, urlencode

import wire  # noqa: F401  finds daemon.py and its neighbors

from daemon import SharedDaemonTest, needs

INJECTIONS = ("'", '"', "' OR 1=1 --", '" OR 1=1 --', "'; DROP TABLE run; --", "x') OR ('a'='a", "\\' OR 1=1 --", "?",
              "?1", ":a", "@a", "$a", "%", "_", "*", "NULL",
              "(SELECT sql FROM sqlite_master)", "load_extension('x')", "/*", "--", "x\"\"y", "'||(SELECT 1)||'",
              "char(65)", "\u2019", "\ufe68", "{}[]()",
              "a" * 3000, "\u7cbe" * 500, "1e999", "-1e999", "0x10", "9" * 400, "NaN", "\x01", "\t", "\r\n")


@needs("runyardd")
class Filters(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = [cls.daemon.finish("print(1)", tags={"plain": "a", "it's": "x' OR 1=1 --"})["id"] for _ in range(2)]

    def tearDown(self):
        self.assertEqual(sorted(run["id"] for run in self.daemon.get("/runs")["items"]), sorted(self.runs))

    def ask(self, path, **query):
        return self.daemon.api("GET", path + "?" + urlencode(query, doseq=True))

    def test_text_that_looks_like_sql(self):
        for text in INJECTIONS:
            with self.subTest(text[:40]):
                value = '"%s"' % text.replace('"', '""')
                for sign in ("=", "~", "<"):
                    answer = self.ask("/runs", filter="tag.plain %s %s" % (sign, value))
                    self.assertEqual((answer.status, answer.json["items"] if sign != "<" else []), (200, []),
                                     answer.body)
                answer = self.ask("/runs", filter="tag.%s = 1" % value, sort="tag." + value,
                                  column=["metric." + value, "argument." + value])
                self.assertEqual(answer.status, 200, answer.body)
                for bare in ("tag.plain = " + text, text, "tag." + text, "status = " + text):
                    self.assertIn(self.ask("/runs", filter=bare).status, (200, 400))

    def test_every_other_place_of_a_query(self):
        for text in INJECTIONS:
            for key in ("experiment", "status", "kind", "parent", "tag", "property", "cursor", "sort", "column",
                        "subscription_id", "workspace",
                        "resource_group", "limit", "skip", "counts", "children"):
                answer = self.ask("/runs", **{key: text})
                self.assertIn(answer.status, (200, 400), (key, text[:50], answer.body[:300]))
            for path in ("/names?kind=tag&part=", "/names?kind=", "/experiments?name=", "/environments?name=",
                         "/models?name=", "/models?tag=", "/models?cursor=",
                         "/runs/%s/metrics?name=" % self.runs[0], "/runs/%s/series?name=m&x=metric." % self.runs[0],
                         "/runs/%s/series?x=" % self.runs[0],
                         "/runs/%s/log/times?at=" % self.runs[0], "/events?after=", "/workspaces?cursor="):
                if path.startswith("/events"):
                    answer = self.daemon.api("GET", path + quote("x" + text))
                else:
                    answer = self.daemon.api("GET", path + quote(text))
                self.assertIn(answer.status, (200, 400, 404), (path, text[:50], answer.body[:300]))

    def test_a_quoted_text_is_found_as_it_is(self):
        for filter_text in ('tag."it\'s" = "x\' OR 1=1 --"', 'tag."it\'s" ~ "OR 1=1"'):
            self.assertEqual(len(self.ask("/runs", filter=filter_text).json["items"]), 2)
        self.assertEqual(self.ask("/runs", filter='tag.plain ~ "%"').json["items"], [])

    def test_filters_of_every_size_and_depth(self):
        longest, nested = 10_000, "tag.a"
        for _ in range(18):
            nested = "%s (%s) %s" % ("tag.b and " * 10 + "tag.c or ", nested, " or tag.d" * 10)
        alternating = "(tag.a and not (tag.b or " * 9 + "tag.c" + "))" * 9
        for filter_text in (" or ".join(["tag.a"] * 1100), " and ".join(["tag.a"] * 999),
                            " or ".join(["id=%d" % i for i in range(1000)]), nested, alternating,
                            "(" * 19 + "tag.a" + ")" * 19, "not " * 19 + "tag.a", "(" * 5000, "not " * 2400, ")" * 9000,
                            '"' * 9999, "tag." * 2400 + "a",
                            " or ".join(["(tag.a and not tag.b)"] * 380),
                            "not (" * 9 + " or ".join(["tag.a"] * 1000) + ")" * 9, "a" * longest, "a" * (longest + 1),
                            " or ".join(["(tag.a or tag.b) and (tag.c or not (tag.d and tag.e))"] * 170)):
            answer = self.ask("/runs", filter=filter_text, sort="-metric.x")
            self.assertIn(answer.status, (200, 400, 431), answer.body[:300])
            self.assertEqual(self.daemon.api("GET", "/status").status, 200, filter_text[:60])
        self.assertEqual(self.ask("/runs", column=["tag.c%d" % i for i in range(200)]).status, 200)
        self.assertEqual(self.ask("/runs", column=["tag.c%d" % i for i in range(201)]).status, 400)

    def test_one_key_again_and_again(self):
        for key in ("tag", "property", "status", "column"):
            answer = self.ask("/runs", **{key: ["a"] * 2000})
            self.assertEqual(answer.status, 400, answer.body)
            self.assertEqual(self.ask("/runs", **{key: ["Completed"] * 90}).status, 400 if key == "column" else 200)

    def test_json_without_an_end(self):
        for deep in (b"[" * 1_000_000, b"[" * 1_000_000 + b"]" * 1_000_000, b'{"a":' * 300_000 + b"1" + b"}" * 300_000):
            for body in (deep, b'{"configuration":{"a":' + deep + b"}}",
                         b'{"workspace":{},"name":"e","definition":{"a":' + deep + b"}}"):
                for path in ("/runs", "/environments", "/models", "/uploads", "/experiments", "/workspaces",
                             "/targets/x"):
                    self.assertEqual(self.daemon.api("POST", path, body).status, 400, (path, body[:50]))
            self.assertLess(len(self.daemon.api("POST", "/runs", deep).body), 2000)

    def test_patterns_that_blow_up(self):
        for pattern in ("(x+x+)+y", "(" * 500 + ")" * 500, "(a{1000}){1000}", "((a{100}){100}){100}", "(?<n>a)(?<n>b)",
                        "[", "(?P<value>", "a" * 100_000, "\\1",
                        "(?=x)", "(.*)" * 500, "\xff\u0000"):
            with self.subTest(pattern[:30]):
                body = self.daemon.request(self.daemon.folder("print('x' * 100000)"),
                                         patterns=[{"metric": "m", "pattern": pattern}])
                answer = self.daemon.post_run(body)
                self.assertIn(answer.status, (201, 400), answer.body[:300])
                if answer.status == 201:
                    self.assertEqual(self.daemon.wait(answer.json["id"])["status"], "Completed")
                    self.runs.append(answer.json["id"])
