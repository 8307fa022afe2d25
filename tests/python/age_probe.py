# SPDX-License-Identifier: Apache-2.0
"""Uses each name of runyard/_libraries/age.py's table of some libraries: age_probe.py LIBRARY... Prints a JSON object: of each library
its version in this Python, and for each name null where it is there, else what the table says of the error."""

import importlib
import importlib.util
import json
import os
import sys
import warnings

AGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python", "runyard", "_libraries", "age.py")
# How to use what is no module and no name in one.
USES = {
    "Thread.isAlive": "import threading\nthreading.Thread().isAlive",
    "HTMLParser.unescape": "from html.parser import HTMLParser\nHTMLParser().unescape",
    "array.tostring": "from array import array\narray('b').tostring",
    "JSONDecoder(encoding)": "import json\njson.loads('1', encoding='utf-8')",
    "read_csv(error_bad_lines)": "import pandas, io\npandas.read_csv(io.StringIO('a'), error_bad_lines=True)",
    "read_csv(warn_bad_lines)": "import pandas, io\npandas.read_csv(io.StringIO('a'), warn_bad_lines=True)",
    "*.get_feature_names": "from sklearn.feature_extraction.text import CountVectorizer\n"
                           "CountVectorizer().get_feature_names",
    "OneHotEncoder(sparse)": "from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder(sparse=True)",
}
USES.update({"{}(normalize)".format(kind): "from sklearn.linear_model import {0}\n{0}(normalize=True)".format(kind)
             for kind in ("LinearRegression", "Ridge", "Lasso", "ElasticNet")})


def use(name):
    """Use a name as a script would."""
    first, _, rest = name.partition(".")
    if name in USES:
        exec(USES[name], {})
    elif first in ("DataFrame", "Series"):
        getattr(getattr(importlib.import_module("pandas"), first)([1]), rest)
    elif rest:
        parent, _, last = name.rpartition(".")
        exec("from {} import {}".format(parent, last), {})
    else:
        importlib.import_module(name)


def probed(age, name):
    """None, or what the table says of the error that a name gives."""
    try:
        use(name)
    except Exception as error:
        return age.explanation(error) or "not explained: {!r}".format(error)
    return None


def main(libraries):
    spec = importlib.util.spec_from_file_location("age", AGE)
    age = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(age)
    found = {}
    for library in libraries:
        if library != "python":
            importlib.import_module(age._MODULES.get(library, library))
        found[library] = {"version": age._version_of(library), "names": {
            name: probed(age, name) for name, (of, *_) in age._table().items() if of == library}}
    print(json.dumps(found))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1:])
