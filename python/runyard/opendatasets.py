# SPDX-License-Identifier: Apache-2.0
"""Open datasets whose files have public addresses: they are fetched when they are first read, then read offline."""

from typing import TYPE_CHECKING, Any

from . import _objects
from .exceptions import UserErrorException, refusal

if TYPE_CHECKING:
    from .file_dataset import FileDataset
    from .tabular_dataset import TabularDataset

# The files of the digits as Azure Open Datasets has them; the table of the diabetes study as its authors published it.
MNIST_FOLDER = "https://azureopendatastorage.blob.core.windows.net/mnist/"
DIABETES = "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.tab.txt"

_TRAIN = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")
_TEST = ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
_PARTS = {"all": _TRAIN + _TEST, "train": _TRAIN, "test": _TEST}


class MNIST:
    """Handwritten digits, 60,000 for training and 10,000 for tests.

    >>> MNIST.get_file_dataset().download("data")
    """

    @classmethod
    def get_file_dataset(cls, dataset_filter: str = "all", enable_telemetry: bool = True) -> "FileDataset":
        """The compressed files of images and labels: "all" four, or those for "train" or "test".

        UserErrorException: `dataset_filter` is something else.
        """
        if dataset_filter not in _PARTS:
            raise UserErrorException(
                "cannot get MNIST: dataset_filter must be 'all', 'train' or 'test', not {!r}".format(dataset_filter))
        dataset: FileDataset = _objects.Dataset.File.from_files(
            [MNIST_FOLDER + name for name in _PARTS[dataset_filter]])
        return dataset

    get_tabular_dataset: Any = staticmethod(refusal(
        "MNIST.get_tabular_dataset", "get_file_dataset() has the images and labels as their compressed files"))


class Diabetes:
    """442 patients with ten features, and how far the disease was a year later (Y).

    >>> Diabetes.get_tabular_dataset().to_pandas_dataframe()
    """

    @classmethod
    def get_tabular_dataset(cls, enable_telemetry: bool = True) -> "TabularDataset":
        """The table."""
        dataset: TabularDataset = _objects.Dataset.Tabular.from_delimited_files(DIABETES, separator="\t")
        return dataset

    @classmethod
    def get_file_dataset(cls, enable_telemetry: bool = True) -> "FileDataset":
        """The table as a text file, its columns separated by tabs."""
        dataset: FileDataset = _objects.Dataset.File.from_files(DIABETES)
        return dataset
