# SPDX-License-Identifier: Apache-2.0
"""How tables in files are read: encodings, headers, types of columns."""

from enum import Enum
from typing import Any, Dict, List, Optional, Union

from .exceptions import UserErrorException


class FileEncoding(Enum):
    """Encodings of text files, by their names in Python."""

    UTF8 = "utf-8-sig"
    ISO88591 = "iso-8859-1"
    LATIN1 = "latin-1"
    ASCII = "ascii"
    UTF16 = "utf-16"
    UTF32 = "utf-32"
    UTF8BOM = "utf-8-sig"
    WINDOWS1252 = "windows-1252"


class PromoteHeadersBehavior(Enum):
    """Which files begin with a row of column names."""

    NO_HEADERS = 0
    ONLY_FIRST_FILE_HAS_HEADERS = 1
    COMBINE_ALL_FILES_HEADERS = 2
    ALL_FILES_HAVE_SAME_HEADERS = 3


class DataType:
    """The type of a column, for set_column_types.

    >>> {"date": DataType.to_datetime("%Y-%m-%d"), "zip": DataType.to_string()}
    """

    def __init__(self, kind: str, formats: Optional[List[str]] = None) -> None:
        self._kind, self._formats = kind, formats

    @staticmethod
    def to_string() -> "DataType":
        """Text."""
        return DataType("string")

    @staticmethod
    def to_long() -> "DataType":
        """Integers; missing cells stay missing."""
        return DataType("long")

    @staticmethod
    def to_float(decimal_mark: str = ".") -> "DataType":
        """Floats. UserErrorException: `decimal_mark` is not "."."""
        if decimal_mark != ".":
            raise UserErrorException("the decimal mark of a column can only be '.', not {!r}".format(decimal_mark))
        return DataType("float")

    @staticmethod
    def to_bool() -> "DataType":
        """True and False, from the words true and false, yes and no, 1 and 0."""
        return DataType("bool")

    @staticmethod
    def to_datetime(formats: Union[str, List[str], None] = None) -> "DataType":
        """Times, by the first format that fits, by default any that pandas knows."""
        return DataType("datetime", [formats] if isinstance(formats, str) else formats)

    def as_dict(self) -> Dict[str, Any]:
        """The type for JSON."""
        return {"type": self._kind, "formats": self._formats}


def delimited_options(include_path: bool, infer_column_types: bool, set_column_types: Optional[Dict[str, DataType]],
                      separator: str, header: Any, empty_as_string: bool = False, encoding: Any = "utf8"
                      ) -> Dict[str, Any]:
    """How a table in text files is read, as JSON. UserErrorException: one of the arguments is not valid."""
    if not isinstance(separator, str) or not separator:
        raise UserErrorException("separator must be a text that is not empty, not {!r}".format(separator))
    return {"format": "delimited", "separator": separator, "header": _header(header), "infer": bool(infer_column_types),
            "types": types_as_json(set_column_types), "include_path": bool(include_path),
            "encoding": encoding_name(encoding), "empty_as_string": bool(empty_as_string)}


def parquet_options(include_path: bool, set_column_types: Optional[Dict[str, DataType]]) -> Dict[str, Any]:
    """How a table in Parquet files is read, as JSON. UserErrorException: a type is not a DataType."""
    return {"format": "parquet", "types": types_as_json(set_column_types), "include_path": include_path}


def _header(given: Any) -> str:
    """The name of a PromoteHeadersBehavior. UserErrorException: `given` is neither one nor a bool."""
    if isinstance(given, bool):
        return "ALL_FILES_HAVE_SAME_HEADERS" if given else "NO_HEADERS"
    if isinstance(given, PromoteHeadersBehavior):
        return given.name
    raise UserErrorException("header must be True, False or a PromoteHeadersBehavior, not {!r}".format(given))


def encoding_name(given: Any) -> str:
    """An encoding by its name in Python; that of UTF-8 skips a byte order mark. UserErrorException: it is unknown."""
    name = given.value if isinstance(given, FileEncoding) else getattr(FileEncoding, str(given).upper(), None)
    if name is None:
        raise UserErrorException("encoding must be one of {}, not {!r}".format(
            ", ".join(encoding.lower() for encoding in FileEncoding.__members__), given))
    return str(name.value if isinstance(name, FileEncoding) else name)


def types_as_json(given: Optional[Dict[str, DataType]]) -> Dict[str, Any]:
    """Column to type, for JSON. UserErrorException: a type is not a DataType."""
    for column, kind in (given or {}).items():
        if not isinstance(kind, DataType):
            raise UserErrorException("the type of column '{}' must be a DataType, as DataType.to_string(), not {!r}"
                                     .format(column, kind))
    return {str(column): kind.as_dict() for column, kind in (given or {}).items()}
