# SPDX-License-Identifier: Apache-2.0
"""Explains errors of old scripts: which library, or Python itself, dropped a name, in which version, and what still
has it.

The hook loads this file by its path when a process has failed, so it imports nothing of the package.
"""

import os
import re
import sys
from typing import Any, Dict, Iterator, Optional, Tuple

# The names that each version of a library dropped, with a day: environments of before that day have an earlier version.
# "Type.name" and "*.name" are attributes of objects, "f(name)" is an argument.
_DROPPED = """
python 3.8 2020-04-01: time.clock platform.dist platform.linux_distribution cgi.escape
python 3.9 2021-04-01: base64.encodestring base64.decodestring fractions.gcd Thread.isAlive HTMLParser.unescape
 array.tostring JSONDecoder(encoding)
python 3.10 2022-04-01: collections.AsyncGenerator collections.AsyncIterable collections.AsyncIterator
 collections.Awaitable collections.ByteString collections.Callable collections.Collection collections.Container
 collections.Coroutine collections.Generator collections.Hashable collections.ItemsView collections.Iterable
 collections.Iterator collections.KeysView collections.Mapping collections.MappingView collections.MutableMapping
 collections.MutableSequence collections.MutableSet collections.Reversible collections.Sequence collections.Set
 collections.Sized collections.ValuesView
python 3.11 2023-04-01: asyncio.coroutine inspect.getargspec inspect.formatargspec binascii.a2b_hqx
python 3.12 2024-04-01: asynchat asyncore distutils imp smtpd configparser.SafeConfigParser pkgutil.ImpImporter
python 3.13 2025-04-01: aifc audioop cgi cgitb crypt imghdr mailcap nis nntplib ossaudiodev pipes sndhdr spwd sunau
 telnetlib uu xdrlib lib2to3 typing.io typing.re
numpy 1.23 2022-06-01: numpy.asscalar
numpy 1.24 2022-12-01: numpy.bool numpy.complex numpy.float numpy.int numpy.long numpy.object numpy.str numpy.unicode
numpy 2.0 2024-06-01: numpy.Inf numpy.Infinity numpy.NINF numpy.NZERO numpy.NaN numpy.PINF numpy.PZERO numpy.alltrue
 numpy.asfarray numpy.cast numpy.cfloat numpy.complex_ numpy.cumproduct numpy.find_common_type numpy.float_ numpy.infty
 numpy.issctype numpy.issubclass_ numpy.longcomplex numpy.longfloat numpy.mat numpy.obj2sctype numpy.product
 numpy.recfromcsv numpy.round_ numpy.sctypes numpy.set_string_function numpy.singlecomplex numpy.sometrue
 numpy.string_ numpy.unicode_
numpy 2.3 2025-06-01: ndarray.tostring
numpy 2.4 2025-12-01: numpy.in1d numpy.trapz
pandas 1.0 2020-01-01: pandas.TimeGrouper DataFrame.ix Series.ix DataFrame.as_matrix Series.as_matrix
 DataFrame.get_value DataFrame.set_value Series.get_value DataFrame.from_csv DataFrame.get_dtype_counts
 DataFrame.get_values Series.get_values DataFrame.ftypes concat(join_axes)
pandas 2.0 2023-04-01: DataFrame.append Series.append DataFrame.iteritems Series.iteritems DataFrame.lookup
 DataFrame.mad Series.mad pandas.Int64Index pandas.UInt64Index pandas.Float64Index pandas.np pandas.util.testing
 read_csv(error_bad_lines) read_csv(warn_bad_lines) read_csv(squeeze) to_csv(line_terminator) set_axis(inplace)
 sum(level) Series.is_monotonic pandas.datetime
pandas 3.0 2026-01-01: DataFrame.applymap DataFrame.swapaxes pandas.value_counts read_csv(delim_whitespace)
 read_csv(date_parser) fillna(method) groupby(axis)
scikit-learn 0.20 2018-09-01: sklearn.cross_validation sklearn.grid_search sklearn.learning_curve
scikit-learn 0.22 2019-12-01: sklearn.preprocessing.Imputer sklearn.datasets.fetch_mldata
 sklearn.preprocessing.imputation
scikit-learn 0.23 2020-05-01: sklearn.externals.joblib sklearn.externals.six sklearn.metrics.jaccard_similarity_score
 sklearn.utils.linear_assignment_ sklearn.ensemble.partial_dependence sklearn.metrics.calinski_harabaz_score
scikit-learn 0.24 2020-12-01: sklearn.utils.testing sklearn.linear_model.logistic sklearn.linear_model.ridge
 sklearn.linear_model.base sklearn.tree.tree sklearn.ensemble.forest sklearn.ensemble.gradient_boosting
 sklearn.ensemble.weight_boosting sklearn.svm.classes sklearn.neighbors.classification sklearn.neighbors.base
 sklearn.cluster.k_means_ sklearn.decomposition.pca sklearn.preprocessing.data sklearn.preprocessing.label
 sklearn.metrics.scorer sklearn.datasets.samples_generator sklearn.datasets.base sklearn.datasets.california_housing
 sklearn.linear_model.stochastic_gradient sklearn.linear_model.coordinate_descent
 sklearn.neural_network.multilayer_perceptron sklearn.neighbors.kde sklearn.neighbors.regression
 sklearn.feature_selection.univariate_selection sklearn.feature_selection.base sklearn.feature_selection.from_model
 sklearn.feature_extraction.stop_words sklearn.utils.safe_indexing sklearn.ensemble.bagging sklearn.ensemble.base
 sklearn.metrics.classification sklearn.metrics.ranking sklearn.metrics.regression sklearn.mixture.gaussian_mixture
 sklearn.gaussian_process.gpr sklearn.decomposition.nmf sklearn.decomposition.truncated_svd sklearn.manifold.t_sne
 sklearn.cluster.dbscan_ sklearn.cluster.hierarchical sklearn.svm.base sklearn.tree.export GridSearchCV(iid)
 RandomizedSearchCV(iid)
scikit-learn 1.0 2021-09-01: KMeans(n_jobs) KMeans(precompute_distances) sklearn.model_selection.fit_grid_point
scikit-learn 1.2 2022-12-01: sklearn.datasets.load_boston sklearn.metrics.plot_roc_curve
 sklearn.metrics.plot_confusion_matrix sklearn.metrics.plot_precision_recall_curve
 sklearn.inspection.plot_partial_dependence *.get_feature_names LinearRegression(normalize) Ridge(normalize)
 Lasso(normalize) ElasticNet(normalize)
scikit-learn 1.3 2023-06-01: sklearn.metrics.SCORERS sklearn.neighbors.DistanceMetric
scikit-learn 1.4 2024-01-01: OneHotEncoder(sparse) AdaBoostClassifier(base_estimator) AdaBoostRegressor(base_estimator)
 BaggingClassifier(base_estimator) BaggingRegressor(base_estimator) AgglomerativeClustering(affinity)
scikit-learn 1.7 2025-06-01: TSNE(n_iter)
scikit-learn 1.8 2025-12-01: LogisticRegression(multi_class) AdaBoostClassifier(algorithm)
scipy 1.3 2019-05-01: scipy.misc.comb scipy.misc.factorial scipy.misc.logsumexp scipy.misc.imread scipy.misc.imresize
 scipy.misc.imsave scipy.interpolate.spline
scipy 1.12 2024-01-01: scipy.interp scipy.array scipy.dot scipy.exp scipy.log scipy.mean scipy.pi scipy.randn scipy.sqrt
 scipy.zeros scipy.stats.binom_test
scipy 1.13 2024-04-01: scipy.signal.blackman scipy.signal.gaussian scipy.signal.hamming scipy.signal.hann
 scipy.signal.kaiser scipy.linalg.tril scipy.linalg.triu
scipy 1.14 2024-06-01: scipy.integrate.cumtrapz scipy.integrate.simps scipy.integrate.trapz
matplotlib 3.1 2019-05-01: matplotlib.mlab.normpdf matplotlib.mlab.griddata
matplotlib 3.6 2022-09-01: gca(projection)
matplotlib 3.9 2024-05-01: matplotlib.cm.get_cmap matplotlib.cm.register_cmap
"""
# The first day that most libraries had been uploaded for Python 3.7 on, the oldest that environments are built with.
_FIRST_DAY = "2019-03-01"
_MODULES = {"scikit-learn": "sklearn"}  # distribution -> module, if the two names differ

# How messages name what is missing. _names() makes the name in the table from the text of the groups.
_MESSAGES = tuple(re.compile(pattern) for pattern in (
    r"[Mm]odule '([\w.]+)' has no attribute '(\w+)'",
    r"cannot import name '(\w+)' from '([\w.]+)'",
    r"No module named '([\w.]+)'",
    r"(?:type object )?'(?:\w+\.)*(\w+)'(?: object)? has no attribute '(\w+)'",
    r"(?:(\w+)\.)?(\w+)\(\) got an unexpected keyword argument '(\w+)'",
    r"\s*`np\.(\w+)` was removed in the NumPy 2\.0 release",
    r"\s*`(\w+)` has been removed from scikit-learn",
))
_MODULE, _IMPORT, _NO_MODULE, _OBJECT, _ARGUMENT, _NUMPY_2, _SKLEARN = range(len(_MESSAGES))


def explain(facts: Dict[str, str], error: BaseException) -> None:
    """Extend the message of an error that a dropped name explains."""
    why = explanation(error)
    if why:
        facts["message"] = "{}. {}".format(facts["message"].rstrip().rstrip("."), why)


def explanation(error: BaseException) -> Optional[str]:
    """Why an old script fails with this error, and how to make it run, as a clause. None: no dropped name fits."""
    if not isinstance(error, (AttributeError, ImportError, TypeError)):
        return None
    table = _table()
    for name in _names(str(error), getattr(error, "obj", None)):
        library, version, day = table.get(name, ("", (0, 0), ""))
        if library and (_version_of(library) or (0, 0)) >= version:
            return "{}, or run it with libraries of its time: {}".format(_clause(name, library, version), _line(day))
    return None


def _line(day: str) -> str:
    """What to type for libraries of the day of the source, if that is known and they still have the name; `day`: the
    last one that they have it on. And the day of the source, which the launcher says."""
    kind, _, dated = os.environ.get("RUNYARD_SOURCE_DATE", "").partition(" ")
    line = "export RUNYARD_ENV_BEFORE={}, and submit it again{}".format(
        min(day, max(dated or day, _FIRST_DAY)), "" if _is_built() else " with an environment that lists its packages")
    return "{} (the newest {} of the source is of {})".format(line, kind, dated) if dated else line


def _is_built() -> bool:
    """Whether Runyard has built the environment of this process. Another one stays as it is, whatever day is named."""
    state = os.path.realpath(os.environ.get("RUNYARD_STATE", ""))
    return os.path.realpath(sys.prefix).startswith(os.path.join(state, "cache", "environments", ""))


def _table() -> Dict[str, Tuple[str, Tuple[int, ...], str]]:
    """Dropped name to its library, the version that dropped it, and the day of the row."""
    found = {}
    for row in _DROPPED.replace("\n ", " ").strip().splitlines():
        head, _, names = row.partition(": ")
        library, version, day = head.split(" ")
        found.update(dict.fromkeys(names.split(), (library, _numbers(version), day)))
    return found


def _names(message: str, of: Any) -> Iterator[str]:
    """The names in the table that a message may be about; `of`: the object that lacks an attribute, if it is known."""
    for kind, pattern in enumerate(_MESSAGES):
        match = pattern.match(message)
        if match is None:
            continue
        parts = [part for part in match.groups() if part]
        if kind == _IMPORT:
            parts.reverse()
        if kind == _ARGUMENT:
            function = parts[0] if parts[-2] == "__init__" else parts[-2]  # for Type.__init__(): the type
            yield "{}({})".format(function, parts[-1])
        elif kind in (_NUMPY_2, _SKLEARN):
            yield ("numpy." if kind == _NUMPY_2 else "sklearn.datasets.") + parts[0]
        elif kind == _OBJECT:
            types = [above.__name__ for above in type(of).__mro__] + [parts[0], "*"]
            yield from ("{}.{}".format(name, parts[1]) for name in types if parts[0] != "NoneType")
        else:
            yield ".".join(parts)


def _numbers(version: str) -> Tuple[int, ...]:
    """Major and minor of a version; (0, 0) if it has none."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def _version_of(library: str) -> Optional[Tuple[int, ...]]:
    """The version of a library in this process; None: it is not loaded."""
    if library == "python":
        return sys.version_info[:2]
    module: Any = sys.modules.get(_MODULES.get(library, library))
    return None if module is None else _numbers(str(getattr(module, "__version__", "")))


def _clause(name: str, library: str, version: Tuple[int, ...]) -> str:
    """What was removed, when, and which version still has it."""
    shown = re.sub(r"^\*\.", "", name)
    shown = re.sub(r"^(\w+)\((\w+)\)$", r"the argument \2 of \1", shown)
    number = "{}.{}".format(*version)
    if library == "python":
        return "{} was removed in Python {}; pin python={}.{} in the environment of the run".format(
            shown, number, version[0], version[1] - 1)
    return "{0} was removed in {1} {2}; pin {1}<{2} in the environment of the run".format(shown, library, number)
