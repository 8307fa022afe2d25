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
    "*.get_feature_names": "from sklearn.feature_extraction.text import CountVectorizer\n"
                           "CountVectorizer().get_feature_names",
    "ndarray.tostring": "import numpy\nnumpy.zeros(1).tostring",
    "gca(projection)": "from matplotlib.figure import Figure\nFigure().gca(projection='polar')",
    "GridSearchCV(iid)": "from sklearn.model_selection import GridSearchCV\nGridSearchCV(None, {}, iid=False)",
    "RandomizedSearchCV(iid)": "from sklearn.model_selection import RandomizedSearchCV\n"
                               "RandomizedSearchCV(None, {}, iid=False)",
}
# Of read_csv, of frames, and of classes of scikit-learn: an argument, and a value that it had.
READ_CSV = {"error_bad_lines": "True", "warn_bad_lines": "True", "squeeze": "True", "delim_whitespace": "True",
            "date_parser": "str"}
FRAME = {"to_csv(line_terminator)": "to_csv(line_terminator='x')", "set_axis(inplace)": "set_axis(['b'], axis=1, inplace=True)",
         "sum(level)": "sum(level=0)", "fillna(method)": "fillna(method='ffill')", "groupby(axis)": "groupby('a', axis=0)"}
CLASSES = {
    "sklearn.preprocessing": "OneHotEncoder(sparse)",
    "sklearn.linear_model": "LinearRegression(normalize) Ridge(normalize) Lasso(normalize) ElasticNet(normalize) "
                            "LogisticRegression(multi_class)",
    "sklearn.cluster": "KMeans(n_jobs) KMeans(precompute_distances) AgglomerativeClustering(affinity)",
    "sklearn.ensemble": "AdaBoostClassifier(base_estimator) AdaBoostRegressor(base_estimator) AdaBoostClassifier(algorithm) "
                        "BaggingClassifier(base_estimator) BaggingRegressor(base_estimator)",
    "sklearn.manifold": "TSNE(n_iter)",
}
USES["concat(join_axes)"] = "import pandas\npandas.concat([pandas.DataFrame()], join_axes=[pandas.Index([])])"
USES.update(("read_csv({})".format(name), "import pandas, io\npandas.read_csv(io.StringIO('a'), {}={})".format(name, value))
            for name, value in READ_CSV.items())
USES.update((name, "import pandas\npandas.DataFrame({'a': [1]})." + call) for name, call in FRAME.items())
USES.update((name, "from {} import {}\n{}".format(module, name.partition("(")[0], name.replace(")", "=None)")))
            for module, names in CLASSES.items() for name in names.split())


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
