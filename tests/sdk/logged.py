# SPDX-License-Identifier: Apache-2.0
"""A run to which every kind of value was logged: by a script, by the process of the test, and after its end."""

import json
import os
import textwrap

from notebook_case import OneRun

# Logged by a script and by the process of the test. `png` is the smallest thing that is called an image.
EVERYTHING = """
    import json, math
    from azureml.exceptions import AzureMLException, UserErrorException

    class Figure:
        def savefig(self, target, format):
            target.write(b"drawn")

    class Pyplot(Figure):
        def get_fignums(self):
            return []

    class Tensor:
        dtype = "torch.float32"

        def item(self):
            return 0.5

    def document(kind, **data):
        return {"schema_type": kind, "schema_version": "1.0.0", "data": data}

    documents = [
        document("confusion_matrix", class_labels=["0", "1"], matrix=[[5, 1], [2, 4]]),
        document("accuracy_table", probability_tables=[[[82, 118, 0, 0], [75, 31, 87, 7]]], class_labels=["0"],
                 percentile_tables=[[[82, 118, 0, 0]]], probability_thresholds=[0.0, 0.5], percentile_thresholds=[0.0]),
        document("residuals", bin_edges=[0, 100, 200], bin_counts=[88, 20]),
        document("predictions", bin_averages=[0.25, 0.75], bin_errors=[0.013, 0.042], bin_counts=[56, 34],
                 bin_edges=[0.0, 0.5, 1.0])]

    def refused(kind, call, *args, **kwargs):
        try:
            call(*args, **kwargs)
        except kind as error:
            said.append(str(error))
        else:
            said.append("nothing was refused")

    def everything(run):
        run.log(name="keywords", value=0.5, description="words", step=3)
        run.log("position", 1, "words", 4)
        run.log_metric("alias", 2)
        run.flush(timeout_seconds=1)
        for value in (0.5, 0.25, 0.125):
            run.log("again", value)
        for name, value in (("int", 3), ("str", "resnet 精"), ("bool", True), ("none", None), ("huge", 2 ** 70)):
            run.log(name, value)
        run.log("tensor", Tensor()); run.log("no step", 1, step=None)
        run.log_list("mixed", [1, "a", 2.5, None, True])
        for cell in (1, "x", 2.5):
            run.log_row("cells", a=cell)
        run.log("nan", float("nan")); run.log("inf", [float("inf")][0]); run.log("object", {"a": 1})
        run.log_list("generator", (n for n in (1, 2, 3)))
        run.log_list("one", [7]); run.log_list("empty", [])
        run.log_list("flat", [1, 2]); run.log_list("flat", [3]); run.log("flat", 4)
        run.log_list("long", range(700))
        run.log("widened", 1); run.log("widened", 1.5)
        run.log_row("row", "the description", angle=0.5, cos=0.877)
        run.log_row("rows", a=1); run.log_row("rows", a=2, b="x")
        run.log_row("rows", c=True)
        run.log_table("table", {"angle": [0, 1], "sine": [0, 0.84]})
        run.log_table("table1", {"angle": [0], "sine": 0.5})
        run.log_table("merged", {"a": [1, 2]}); run.log_row("merged", a=3, b=4)
        run.log_table(name="wide", value={"c%d" % n: [n] for n in range(40)})
        for number in range(120):
            run.log("name %d" % number, number)
        with open("figure.png", "wb") as file:
            file.write(b"from a file")
        run.log_image("by path", "figure.png", description="words")
        run.log_image("by plot", plot=Figure())
        run.log_image("ROC", Figure())
        run.log_image("twice", plot=Figure()); run.log_image("twice", plot=Figure())
        run.log_image("closed", Pyplot())
        run.log_confusion_matrix("cm", documents[0])
        run.log_accuracy_table("at", json.dumps(documents[1]))
        run.log_residuals("res", documents[2], "words")
        run.log_predictions(name="pred", value=json.dumps(documents[3]), description="words")
        refused(AzureMLException, run.log_image, "x")
        refused(AzureMLException, run.log_image, "x", "figure.png", Figure())
        refused(UserErrorException, run.log_image, "x", "absent.png")
        refused(UserErrorException, run.log_confusion_matrix, "x", "{")
        refused(AzureMLException, run.log_list, "x", [object()])
        refused(AzureMLException, run.log_row, "x", a=[1])
        refused(AzureMLException, run.log_table, "x", [1])
        refused(AzureMLException, run.log_table, "x", {"A": [1, 2], "B": [1]})
        refused(UserErrorException, run.log, "", 1)
        results = [
            run.log("steps", 1, step=7), run.log_list("steps list", [1, 2], "words", 8), run.flush(), run.tag("k"),
            run.log_table("steps table", {"a": [1]}, step=9), run.log_row("step row", step=10, a=1),
            run.log_image("steps image", plot=Figure(), step=11), run.log_predictions("steps pred", documents[3], step=12)]
        said.append([result for result in results if result is not None])
        said.append(run.get_metrics(name="steps"))
        run.log_list("very long", range(100000))
        run.log_row("wide text", **{"c" * 255: "v" * 5000})
        run.log_confusion_matrix("large", document("confusion_matrix", matrix=[list(range(300))] * 100))
        for number in range(120):
            run.tag("tag %d" % number + "t" * 200, "v" * 2000)
            run.add_properties({"property %d" % number: "v" * 2000})
        run.description = "d" * 8000

    said = []
"""
# As a script.
SCRIPT = EVERYTHING + """
    from azureml.core import Run
    run = Run.get_context()
    everything(run)
    run.log("refusals", json.dumps(said))
"""



class Logged(OneRun):
    """What was logged, and questions about it; the classes below say how."""

    metrics = None

    def setUp(self):
        super().setUp()
        if self.metrics is None:
            type(self).metrics, type(self).names = self.run_.get_metrics(), self.run_.get_file_names()


    def is_(self, name, value):
        """A metric has this value, and its type."""
        found = self.metrics[name]
        self.assertEqual(found, value)
        for one, other in zip(found, value) if isinstance(value, list) else [(found, value)]:
            self.assertIs(type(one), type(other))

    def refusal(self, number, text):
        """What the call of that number was refused with."""
        self.assertRegex(self.answers[number], text)

    def address(self, name, artifact):
        """A metric is the address of an artifact whose name matches."""
        self.assertRegex(self.metrics[name], "^aml://artifactId/ExperimentRun/dcid.{}/{}$".format(self.run_.id, artifact))
        return self.metrics[name]

    def content(self, name):
        """What download_file writes for an artifact."""
        self.run_.download_file(name, os.path.join(self.top, "down", "file"))
        with open(os.path.join(self.top, "down", "file"), "rb") as file:
            return file.read()

    def everything(self, run):
        """Log everything from this process; what was said."""
        names = {}
        exec(textwrap.dedent(EVERYTHING), names)
        with self.assertLogs("runyard") as warnings:
            names["everything"](run)
        type(self).warnings = warnings.output
        return names["said"]


class Submitted(Logged):
    """A script logged."""

    def make(self):
        run = self.finished(SCRIPT)
        return run, json.loads(run.get_metrics("refusals")["refusals"])


class Interactive(Logged):
    """The process of the test logged."""

    def make(self):
        with self.experiment.start_logging(snapshot_directory=None) as run:
            return run, self.everything(run)


class AfterTheEnd(Logged):
    """The process of the test logged to a run that had ended."""

    def make(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.complete()
        return run, self.everything(run)
