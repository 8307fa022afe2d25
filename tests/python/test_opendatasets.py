# SPDX-License-Identifier: Apache-2.0
"""Open datasets: which files they have, from a web server in the place of those that publish them."""

import os
import unittest
from unittest import mock

from data_case import Case
from web_server import WebServer

from runyard import opendatasets
from runyard.exceptions import UserErrorException
from runyard.opendatasets import MNIST, Diabetes

try:
    import pandas
except ImportError:
    pandas = None


class Published(Case):
    def setUp(self):
        super().setUp()
        self.server = WebServer()
        self.addCleanup(self.server.stop)
        change = mock.patch.dict(os.environ, RUNYARD_FETCH_PRIVATE="1", no_proxy="127.0.0.1")
        change.start()
        self.addCleanup(change.stop)
        for name, address in (("MNIST_FOLDER", "mnist/"), ("DIABETES", "d.txt")):
            change = mock.patch.object(opendatasets, name, self.server.url + address)
            change.start()
            self.addCleanup(change.stop)

    def test_the_digits_are_four_files(self):
        images, labels = "{}-images-idx3-ubyte.gz", "{}-labels-idx1-ubyte.gz"
        for part in ("train", "t10k"):
            for name in (images, labels):
                self.server.files["/mnist/" + name.format(part)] = part.encode()
        for asked, parts in (("all", ("train", "t10k")), ("train", ["train"]), ("test", ["t10k"])):
            found = MNIST.get_file_dataset(asked).download(asked)
            self.assertEqual(sorted(os.path.basename(path) for path in found),
                             sorted(name.format(part) for part in parts for name in (images, labels)))
        self.assertEqual(len(self.server.seen), 4)  # fetched once

    def test_nothing_is_fetched_before_it_is_read(self):
        MNIST.get_file_dataset()
        Diabetes.get_file_dataset()
        self.assertEqual(self.server.seen, [])

    def test_another_part_of_the_digits_and_their_table_are_refused(self):
        with self.assertRaisesRegex(UserErrorException, "dataset_filter must be 'all', 'train' or 'test', not 'rest'"):
            MNIST.get_file_dataset("rest")
        with self.assertRaisesRegex(UserErrorException, r"get_file_dataset\(\) has the images"):
            MNIST.get_tabular_dataset()

    @unittest.skipUnless(pandas, "needs pandas")
    def test_the_patients_are_a_table(self):
        self.server.files["/d.txt"] = b"AGE\tSEX\tBMI\tY\n59\t2\t32.1\t151\n48\t1\t21.6\t75\n"
        frame = Diabetes.get_tabular_dataset().to_pandas_dataframe()
        self.assertEqual((list(frame.columns), list(frame["BMI"])), (["AGE", "SEX", "BMI", "Y"], [32.1, 21.6]))


if __name__ == "__main__":
    unittest.main()
