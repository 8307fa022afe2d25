# SPDX-License-Identifier: Apache-2.0
"""Files of web addresses: fetched once, continued, checked, refused in words."""

import os
import socket
import threading
import unittest
from unittest import mock

from data_case import Case
from web_server import WebServer, redirect, with_headers

from runyard import Dataset
from runyard._data import addresses, fetch, public_hosts, web
from runyard.exceptions import DatasetExecutionError

NO_PROXY = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"), "")


class WebCase(Case):
    def setUp(self):
        super().setUp()
        self.server = WebServer()
        self.addCleanup(self.server.stop)
        self.set(RUNYARD_FETCH_PRIVATE="1", RUNYARD_FETCH_SECONDS="5", **NO_PROXY)

    def set(self, **variables):
        """Set variables until the end of the test."""
        changed = mock.patch.dict(os.environ, variables)
        changed.start()
        self.addCleanup(changed.stop)

    def failed(self, why, path, content=None):
        """See the fetching of a file fail, with these words."""
        if content is not None:
            self.server.files["/" + path] = content
        with self.assertRaisesRegex(DatasetExecutionError, "^cannot fetch http://127.*: .*" + why):
            fetch.fetch(self.server.url + path)

    def fetched(self, path="a.csv"):
        """The content of a file."""
        with open(fetch.fetch(self.server.url + path), "rb") as file:
            return file.read()

    def ranges(self):
        """The ranges that the server was asked for."""
        return [headers.get("Range") for _, headers in self.server.seen]


class Fetching(WebCase):
    def test_a_file_is_fetched_once_and_read_offline_from_then_on(self):
        self.server.files["/d/a.csv"] = b"x\n1\n"
        place = fetch.fetch(self.server.url + "d/a.csv")
        host = "%2F127.0.0.1%3A{}".format(self.server.server.server_port)
        self.assertEqual(os.path.relpath(place, os.path.join(self.top, "state")),
                         os.path.join("fetched", "http%3A", host, "d", "a.csv"))
        self.assertEqual((os.stat(place).st_mode & 0o777, os.stat(os.path.dirname(place)).st_mode & 0o777),
                         (0o600, 0o700))
        self.server.stop()
        self.assertEqual(self.fetched("d/a.csv"), b"x\n1\n")
        self.assertEqual(len(self.server.seen), 1)

    def test_a_file_that_was_changed_here_is_fetched_again(self):
        self.server.files["/a.csv"] = b"x\n1\n"
        with open(fetch.fetch(self.server.url + "a.csv"), "ab") as file:
            file.write(b"2\n")
        self.assertEqual(self.fetched(), b"x\n1\n")

    def test_a_broken_connection_is_continued(self):
        content = self.server.files["/a.csv"] = os.urandom(250)
        self.server.cut_after = 100
        self.assertEqual(self.fetched(), content)
        self.assertEqual(self.ranges(), [None, "bytes=100-", "bytes=200-"])

    def test_the_next_call_continues(self):
        content = self.server.files["/a.csv"] = os.urandom(500)
        self.server.cut_after = 100
        self.failed("the connection ended after 300 of 500 bytes; the next try continues there", "a.csv")
        self.server.cut_after = None
        self.assertEqual(self.fetched(), content)
        self.assertEqual(self.ranges()[-1], "bytes=300-")

    def test_a_file_that_changed_meanwhile_starts_again(self):
        self.server.files["/a.csv"] = os.urandom(500)
        self.server.cut_after = 100
        self.failed("connection ended", "a.csv")
        self.server.cut_after, content = None, os.urandom(400)
        self.server.files["/a.csv"] = content
        self.assertEqual(self.fetched(), content)

    def test_without_a_validator_nothing_is_continued(self):
        self.server.files["/a.csv"] = os.urandom(500)
        self.server.cut_after, self.server.validators = 100, False
        self.failed("connection ended after 100 of 500", "a.csv")
        self.assertEqual(self.ranges(), [None] * 3)

    def test_a_server_that_sends_another_part_is_not_believed(self):
        def lie(handler):
            handler.send_response(206)
            handler.send_header("Content-Range", "bytes 7-9/10")
            handler.end_headers()
        self.failed("does not continue", "a.csv", lie)

    def test_what_a_server_may_answer_instead(self):
        self.failed("the server answers 404 Not Found", "none.csv")
        self.failed("compresses it by 'br'", "b.csv", with_headers(b"x", Content_Encoding="br"))
        self.failed("10000.0 GB, and the disk of", "huge.csv", with_headers(b"", Content_Length=str(10 ** 13)))
        with mock.patch.dict(os.environ, RUNYARD_FETCH_LIMIT_GB="0.000001"):
            self.failed("more than 1e-06 GB; set RUNYARD_FETCH_LIMIT_GB", "long.csv", with_headers(b"x" * 2000))
        self.server.files["/a.gz"] = with_headers(b"zipped", Content_Encoding="x-gzip")
        self.assertEqual(self.fetched("a.gz"), b"zipped")
        self.assertFalse([name for _, _, names in os.walk(os.path.join(self.top, "state")) for name in names
                          if name.startswith("long") or name.startswith(".long.csv.part")])

    def test_a_server_that_hangs(self):
        self.set(RUNYARD_FETCH_SECONDS="0.2")
        end = threading.Event()
        self.addCleanup(end.set)

        def drip(handler):  # a byte of a header now and then, without an end
            while not end.wait(0.05):
                try:
                    handler.wfile.write(b"H")
                except OSError:
                    return
        self.failed("did not answer within 0.2 seconds", "drip", drip)
        self.failed("did not answer within 0.2 seconds", "silent", lambda handler: end.wait())

        def half(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "9")
            handler.end_headers()
            handler.wfile.write(b"x")
            end.wait()
        self.failed("nothing came for 0.2 seconds", "half", half)

    def test_a_transfer_that_is_too_slow(self):
        pace = fetch._Pace(10)
        with mock.patch("time.monotonic", side_effect=[pace._since + 5, pace._since + 11, pace._since + 11]):
            self.assertEqual([pace.is_too_slow(1), pace.is_too_slow(1)], [False, True])

    def test_no_server(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            with self.assertRaisesRegex(DatasetExecutionError, "Connection refused"):
                fetch.fetch("http://127.0.0.1:{}/a".format(closed.getsockname()[1]))

    def test_two_at_once_fetch_once(self):
        entered, waits, go = threading.Event(), threading.Event(), threading.Event()

        def slow(handler):
            entered.set()
            go.wait(10)
            self.server.send(handler, b"x")
        self.server.files["/a.csv"] = slow
        found = []
        both = [threading.Thread(target=lambda: found.append(self.fetched())) for _ in range(2)]
        with mock.patch("runyard._base.messages.say", lambda sentence: waits.set()):
            both[0].start()
            entered.wait(10)
            both[1].start()
            self.assertTrue(waits.wait(10))
            go.set()
            for thread in both:
                thread.join()
        self.assertEqual((found, len(self.server.seen)), ([b"x", b"x"], 1))


class Redirects(WebCase):
    def test_they_are_followed(self):
        self.server.files.update({"/a": redirect("b"), "/b": redirect(self.server.url + "c", 308), "/c": b"x"})
        self.assertEqual(self.fetched("a"), b"x")

    def test_not_for_ever(self):
        self.failed("it redirects more than 10 times", "a", redirect("a"))

    def test_not_to_something_else(self):
        self.server.files["/a"] = redirect("file:///etc/passwd")
        self.refused("cannot fetch file:///etc/passwd: only http and https", fetch.fetch, self.server.url + "a")

    def test_not_to_the_private_network(self):
        self.server.files["/a"] = redirect("http://10.0.0.1/x")
        allowed = public_hosts.is_allowed
        with mock.patch.object(public_hosts, "is_allowed", lambda text: text == "127.0.0.1" or allowed(text)):
            self.set(RUNYARD_FETCH_PRIVATE="")
            self.failed("10.0.0.1 is 10.0.0.1, an address of this machine or its private network", "a")


class Hosts(Case):
    def test_which_may_be_asked(self):
        self.assertEqual([text for text in (
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1",
            "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1") if public_hosts.is_allowed(text)], [])
        self.assertEqual([text for text in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
                          if not public_hosts.is_allowed(text)], [])

    def test_a_name_that_leads_here_is_refused(self):
        for host in ("localhost", "127.0.0.1", "2130706433", "[::1]"):
            with self.assertRaisesRegex(DatasetExecutionError, "an address of this machine or its private network; set "
                                                               "RUNYARD_FETCH_PRIVATE=1 if it is meant"):
                fetch.fetch("http://{}:1/a".format(host))


class Proxies(WebCase):
    def test_a_proxy_is_asked(self):
        self.set(RUNYARD_FETCH_PRIVATE="", http_proxy=self.server.url)
        self.server.files["http://host.invalid/a.csv"] = b"x"
        with open(fetch.fetch("http://host.invalid/a.csv"), "rb") as file:
            self.assertEqual(file.read(), b"x")
        with self.assertRaisesRegex(DatasetExecutionError, "private network"):
            fetch.fetch("http://127.0.0.1:1/a.csv")

    def test_a_proxy_makes_a_tunnel_for_https(self):
        self.set(RUNYARD_FETCH_PRIVATE="", https_proxy=self.server.url)
        with self.assertRaisesRegex(web.Failed, "Tunnel connection failed: 501"):
            web.answer("https://host.invalid/a.csv", {}, 5)


class Addresses(Case):
    def test_what_is_fetched(self):
        self.assertEqual(addresses.checked(" https://host/a b/ü.csv#part "), "https://host/a%20b/%C3%BC.csv")
        for wrong, why in (("ftp://host/a", "only http and https"), ("wasbs://c@a/b", "only http and https"),
                           ("https:///a", "no host"), ("https://me:secret@host/a", "user name or password"),
                           ("https://host/*.csv", "no patterns"), ("https://host:99999/a", "ort"),
                           ("https://[::1/a", "Invalid IPv6"), ("https://host:0/a", "not valid")):
            self.refused("cannot fetch .*" + why, addresses.checked, wrong)
        with self.assertRaises(Exception) as caught:
            addresses.checked("https://me:secret@host/a?sig=secret")
        self.assertNotIn("secret", str(caught.exception))

    def test_names_of_files(self):
        name = addresses.file_name
        self.assertEqual(name("https://Host:8/a/b.csv"), "https%3A/%2Fhost%3A8/a/b.csv")
        self.assertEqual(name("http://host"), "http%3A/%2Fhost/index")
        self.assertEqual(name("http://host/../.x"), "http%3A/%2Fhost/%2E./%2Ex")
        with_key = name("http://host/a.csv?sig=secret")
        self.assertRegex(with_key, "^http%3A/%2Fhost/%3F[0-9a-f]{16}/a.csv$")
        self.assertNotEqual(with_key, name("http://host/a.csv?sig=other"))
        self.assertEqual(len(name("http://host/" + "x" * 300 + ".csv").split("/")[-1]), 180)


class Sets(WebCase):
    def setUp(self):
        super().setUp()
        self.server.files.update({"/d/a.csv": b"x,y\n1,a\n", "/d/b.csv?sig=secret": b"x,y\n2,b\n"})
        self.both = [self.server.url + name for name in ("d/a.csv", "d/b.csv?sig=secret")]
        self.data = Dataset.File.from_files(self.both)

    def test_nothing_is_fetched_before_it_is_read(self):
        names = self.data.to_path()
        self.assertEqual(len(names), 2)
        self.assertRegex(names[0], "^/http%3A/%2F127.0.0.1%3A[0-9]+/d/")
        self.assertEqual(self.server.seen, [])
        self.assertNotIn("secret", repr(self.data))

    def test_a_registered_set_has_the_addresses(self):
        self.data.register(self.workspace, "web")
        self.assertEqual(Dataset.get_by_name(self.workspace, "web")._definition["paths"], self.both)

    def test_a_download_has_the_names_of_to_path(self):
        places = self.data.download("down")
        self.assertEqual(places, [os.path.abspath("down" + name) for name in self.data.to_path()])
        self.assertEqual({self.read(place) for place in places}, {"x,y\n1,a\n", "x,y\n2,b\n"})

    def test_a_mount_has_the_files(self):
        with self.data.mount() as mounted:
            for name in self.data.to_path():
                self.assertTrue(os.path.isfile(mounted.mount_point + name))

    def test_what_a_run_is_given(self):
        given = self.data._for_run("mount")
        self.assertEqual(["/" + os.path.relpath(os.path.join(given["source"], name), os.path.join(
            self.top, "state", "fetched")) for name in given["files"]], self.data.to_path())
        single = Dataset.File.from_files(self.both[0])
        self.assertTrue(single._for_run("download")["single"])
        self.assertTrue(os.path.isfile(single.as_mount()._delivered(self.workspace)["path"]))
        mixed = Dataset.File.from_files([self.both[0], self.put("here.csv")])._for_run("mount")
        self.assertTrue(all(os.path.isfile(os.path.join(mixed["source"], name)) for name in mixed["files"]))


if __name__ == "__main__":
    unittest.main()
