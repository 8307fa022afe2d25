# SPDX-License-Identifier: Apache-2.0
"""Names with several values: the headers, the query and the form of a request, and files in it."""

import io
import shutil
from typing import IO, Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple, Union
from urllib.parse import parse_qsl


class MultiDict(Dict[str, Any]):
    """Name to its first value; getlist() has all of them."""

    def __init__(self, pairs: Iterable[Tuple[str, Any]] = ()) -> None:
        super().__init__()
        self._all: Dict[str, List[Any]] = {}
        for name, value in pairs:
            self._all.setdefault(name, []).append(value)
            self.setdefault(name, value)

    def getlist(self, name: str, type: Optional[Callable[[Any], Any]] = None) -> List[Any]:
        """All values of a name."""
        found = self._all.get(name, [])
        return [type(value) for value in found] if type else list(found)

    def get(self, name: str, default: Any = None, type: Optional[Callable[[Any], Any]] = None) -> Any:
        """The first value of a name; the default where there is none, or `type` does not take it."""
        try:
            return type(self[name]) if type else self[name]
        except (KeyError, ValueError):
            return default

    def to_dict(self, flat: bool = True) -> Dict[str, Any]:
        """A plain dictionary, of first values or of lists."""
        return dict(self) if flat else {name: list(values) for name, values in self._all.items()}


class Headers:
    """Fields of HTTP in their order; names are the same in any case."""

    def __init__(self, pairs: Iterable[Tuple[str, Any]] = ()) -> None:
        self._pairs: List[Tuple[str, str]] = []
        for name, value in pairs:
            self.add(name, value)

    def add(self, name: str, value: Any) -> None:
        """Add a field; one with the name stays. ValueError: it has a line break."""
        text = str(value)
        if "\n" in name + text or "\r" in name + text:
            raise ValueError("the header {!r} has a line break in its value".format(name))
        self._pairs.append((name, text))

    add_header = add

    def remove(self, name: str) -> None:
        """Remove all fields with that name."""
        self._pairs = [pair for pair in self._pairs if pair[0].lower() != name.lower()]

    __delitem__ = remove

    def getlist(self, name: str) -> List[str]:
        """All values of a name."""
        return [value for found, value in self._pairs if found.lower() == name.lower()]

    def get(self, name: str, default: Any = None, type: Optional[Callable[[Any], Any]] = None) -> Any:
        """The first value of a name; the default where there is none, or `type` does not take it."""
        found = self.getlist(name)
        try:
            return (type(found[0]) if type else found[0]) if found else default
        except ValueError:
            return default

    def items(self) -> List[Tuple[str, str]]:
        """All fields."""
        return list(self._pairs)

    def keys(self) -> List[str]:
        """The name of each field."""
        return [name for name, _ in self._pairs]

    def __getitem__(self, name: str) -> str:
        """The first value. KeyError: there is none."""
        found = self.getlist(name)
        if not found:
            raise KeyError(name)
        return found[0]

    def __setitem__(self, name: str, value: Any) -> None:
        """Set the one value of a name."""
        self.remove(name)
        self.add(name, value)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a field."""
        return bool(self.getlist(str(name)))

    def __iter__(self) -> Iterator[Tuple[str, str]]:
        """The fields."""
        return iter(self.items())

    def __len__(self) -> int:
        """The number of fields."""
        return len(self._pairs)


class SentFile:
    """A file in a form. It can be read like a file that is open."""

    def __init__(self, name: str, filename: str, content_type: str, content: bytes) -> None:
        self.name, self.filename, self.content_type = name, filename, content_type
        self.mimetype = content_type.partition(";")[0].strip().lower()
        self.stream = io.BytesIO(content)

    def save(self, destination: Union[str, IO[bytes]]) -> None:
        """Write it to a path, or to an open file."""
        if hasattr(destination, "write"):
            shutil.copyfileobj(self.stream, destination)
            return
        with open(destination, "wb") as file:
            shutil.copyfileobj(self.stream, file)

    def __getattr__(self, name: str) -> Any:
        """read(), seek() and the other methods of the open file."""
        if name == "stream":
            raise AttributeError(name)
        return getattr(self.stream, name)

    def __iter__(self) -> Iterator[bytes]:
        """The lines."""
        return iter(self.stream)


def query_values(text: bytes) -> MultiDict:
    """The values of a query, or of a form in its form."""
    return MultiDict(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True))


def parts_of(body: bytes, boundary: str) -> Tuple[MultiDict, MultiDict]:
    """The values and the files of a multipart form."""
    values: List[Tuple[str, Any]] = []
    files: List[Tuple[str, Any]] = []
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        if part.startswith(b"--") or not blank:
            continue
        fields = Headers((name, value.strip()) for name, _, value in (
            line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line))
        about = options_of(fields.get("Content-Disposition", ""))
        if "filename" in about:
            files.append((about.get("name", ""), SentFile(about.get("name", ""), about["filename"], fields.get(
                "Content-Type", "application/octet-stream"), content)))
        else:
            values.append((about.get("name", ""), content.decode("utf-8", "replace")))
    return MultiDict(values), MultiDict(files)


def options_of(value: str) -> Dict[str, str]:
    """The options of a field: {"boundary": "x"} of "multipart/form-data; boundary=x"."""
    found = {}
    for option in value.split(";")[1:]:
        name, _, text = option.partition("=")
        found[name.strip().lower()] = text.strip().strip('"')
    return found
