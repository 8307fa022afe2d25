# SPDX-License-Identifier: Apache-2.0
"""azureml.train.hyperdrive without a daemon: names, values, and what is refused with the class and words of SDK v1."""

import os
import sys
import unittest
import warnings

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path[:0] = [PYTHON, os.path.join(PYTHON, "runyard", "_names")]

from azureml.core import Environment, ScriptRunConfig  # noqa: E402
from azureml.train.estimator import Estimator  # noqa: E402
from azureml.train.hyperdrive import (BanditPolicy, BayesianParameterSampling, GridParameterSampling,  # noqa: E402
                                      HyperDriveConfig, HyperDriveRunConfig, MedianStoppingPolicy, NoTerminationPolicy,
                                      PrimaryMetricGoal, RandomParameterSampling, TruncationSelectionPolicy, choice,
                                      lognormal, loguniform, normal, qlognormal, qloguniform, qnormal, quniform, randint,
                                      uniform)
from azureml.train.hyperdrive.exceptions import (HyperDriveConfigException,  # noqa: E402
                                                 HyperDriveScenarioNotSupportedException)
from runyard import hyperdrive_description  # noqa: E402

ONE_LIST = "choice expects non-empty single list, non-empty single range() or a positive number of arbitrary comma " \
           "separated inputs."


def configured(**more):
    given = {"hyperparameter_sampling": RandomParameterSampling({"--lr": uniform(0, 1)}), "primary_metric_name": "loss",
             "primary_metric_goal": PrimaryMetricGoal.MINIMIZE, "max_total_runs": 4,
             "run_config": ScriptRunConfig(".", "train.py")}
    return HyperDriveConfig(**dict(given, **more))


class Refusals(unittest.TestCase):
    def refused(self, sentence, call, *arguments, kind=HyperDriveConfigException, **named):
        with self.assertRaises(kind, msg=sentence) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.message, sentence)

    def test_expressions(self):
        for sentence, call, arguments in (
                ("Please specify an input for choice.", choice, ()), (ONE_LIST, choice, ([],)), (ONE_LIST, choice, ([1], 2)),
                (ONE_LIST, choice, (range(0),)), (ONE_LIST, choice, (1, range(3))),
                ("randint expects a positive number as input", randint, (0,)),
                ("randint expects a positive number as input", randint, (1.5,)),
                ("uniform expects min_value to be a float", uniform, ("0", 1)),
                ("uniform expects max_value to be a float", uniform, (0, None)),
                ("uniform expects min_value < max_value", uniform, (1, 1)),
                ("quniform expects min_value < max_value", quniform, (2, 1, 1)),
                ("quniform expects q to be an int", quniform, (0, 1, 0.5)),
                ("loguniform expects min_value <= max_value", loguniform, (2, 1)),
                ("qloguniform expects q to be an int", qloguniform, (0, 1, "1")),
                ("normal expects mu to be a float", normal, (None, 1)),
                ("normal expects sigma to be non negative", normal, (0, -1)),
                ("qnormal expects q to be an int", qnormal, (0, 1, 0.1)),
                ("lognormal expects sigma to be a float", lognormal, (0, "1")),
                ("qlognormal expects sigma to be non negative", qlognormal, (0, -1, 1))):
            self.refused(sentence, call, *arguments)

    def test_samplings(self):
        self.refused("This sampling method expects only the following distributions: [choice]",
                     GridParameterSampling, {"--lr": uniform(0, 1)})
        self.refused("This sampling method expects only the following distributions: [choice, quniform, uniform]",
                     BayesianParameterSampling, {"--lr": loguniform(0, 1)})
        self.refused("BayesianParameterSampling expects parameter_space to not be None or empty.",
                     BayesianParameterSampling, None)
        failed = "Failed to validate a parameter distribution due to "
        self.refused(failed + "Either all or none of the 'choice' values should be 'str' type.",
                     BayesianParameterSampling, {"a": choice(1, "b")})
        self.refused(failed + "'choice' values should be 'int', 'string' or 'float'.",
                     BayesianParameterSampling, {"a": choice(None, 1)})
        self.refused(failed + "Expected quniform arguments to be int.",
                     BayesianParameterSampling, {"a": quniform(0.5, 2, 1)})
        self.refused(failed + "Too many discrete points for quniform distribution. Use larger q or uniform instead.",
                     BayesianParameterSampling, {"a": quniform(0, 1000000, 1)})

    def test_policies(self):
        both = "Bandit termination policy expects exactly one of slack factor or slack amount to be set."
        self.refused(both, BanditPolicy)
        self.refused(both, BanditPolicy, slack_factor=0.1, slack_amount=0.1)
        self.refused("Expected type int for evaluation_interval but got float", BanditPolicy, 1.5, slack_factor=0.1)
        self.refused("Expected type int for delay_evaluation but got str", MedianStoppingPolicy, 1, "5")
        self.refused("truncation_percentage expects value to be between 1 and 99.", TruncationSelectionPolicy, 100)
        self.refused("Expected type int for truncation_percentage but got float", TruncationSelectionPolicy, 12.5)

    def test_configurations(self):
        names = "estimator, run_config, pipeline to be set"
        self.refused("HyperDriveConfig expects at least one of " + names, configured, run_config=None)
        self.refused("HyperDriveConfig expects only one of " + names, configured,
                     estimator=Estimator(".", entry_script="train.py"))
        self.refused("Expected type ScriptRunConfig for run_config but got str", configured, run_config="train.py")
        self.refused("HyperDriveConfig expects hyperparameter_sampling to be set", configured, hyperparameter_sampling=None)
        self.refused("HyperDriveConfig expects max_total_runs to be a positive integer, not 0", configured, max_total_runs=0)
        self.refused("The primary metric goal expects either 'maximize' or 'minimize'.", PrimaryMetricGoal.from_str, "best")
        self.refused("Parent run expects to be HyperDriveRun objects.", configured, resume_from=[object()])
        self.refused("HyperDriveConfig expects the number of parent runs to not exceed than 5", configured,
                     resume_from=[object()] * 6)
        with self.assertRaisesRegex(HyperDriveScenarioNotSupportedException, "sweeps of pipelines are not part of Runyard"):
            configured(run_config=None, pipeline=object())


class Values(unittest.TestCase):
    def test_expressions_are_lists(self):
        self.assertEqual(choice(1, 2), ["choice", [[1, 2]]])
        self.assertEqual(choice(range(1, 3)), choice([1, 2]))
        self.assertEqual(loguniform(-6, -1), ["loguniform", [-6, -1]])
        self.assertEqual(qnormal(1, 2, 3), ["qnormal", [1, 2, 3]])

    def test_samplings_and_policies_as_dictionaries(self):
        space = {"--lr": uniform(0, 1)}
        self.assertEqual(RandomParameterSampling(space, {"seed": 1}).to_json(),
                         {"name": "RANDOM", "parameter_space": space, "properties": {"seed": 1}})
        self.assertEqual(RandomParameterSampling(space), RandomParameterSampling(dict(space)))
        self.assertEqual(BanditPolicy(2, 0.1).to_json(), {"name": "Bandit", "properties": {
            "evaluation_interval": 2, "delay_evaluation": 0, "slack_factor": 0.1}})
        self.assertEqual(NoTerminationPolicy().to_json(), {"name": "Default"})
        self.assertEqual((TruncationSelectionPolicy(10, 2, 3).truncation_percentage, MedianStoppingPolicy(2, 3).delay_evaluation),
                         (10, 3))

    def test_limits_are_warned_of(self):
        with self.assertWarnsRegex(UserWarning, "exceeds the service limit of 10080 minutes"):
            self.assertEqual(configured(max_duration_minutes=20000)._max_duration_minutes, 10080)
        with self.assertWarnsRegex(UserWarning, "Recommendend value:20"):
            configured(hyperparameter_sampling=BayesianParameterSampling({"--lr": uniform(0, 1)}))
        with self.assertWarnsRegex(UserWarning, "HyperDriveRunConfig is deprecated"):
            old = HyperDriveRunConfig(Estimator(".", entry_script="train.py"), RandomParameterSampling({"a": choice(1)}),
                                      "loss", PrimaryMetricGoal.MINIMIZE, 2)
        self.assertIsInstance(old, HyperDriveConfig)
        self.assertEqual((old._max_concurrent_runs, old.source_directory), (2, "."))

    def test_a_plan_leads_to_the_same_configuration(self):
        for sampling in (GridParameterSampling({"--b": choice(1, 2), "--a": choice("x")}),
                         RandomParameterSampling({"--b": loguniform(-1, 0)})):
            for policy in (BanditPolicy(slack_amount=0.5), MedianStoppingPolicy(3, 1), TruncationSelectionPolicy(5), None):
                config = configured(hyperparameter_sampling=sampling, policy=policy, max_concurrent_runs=2)
                again = hyperdrive_description.config_of(config._plan())
                for name in ("_generator_config", "_policy_config", "_primary_metric_config", "_max_total_runs",
                             "_max_concurrent_runs", "_max_duration_minutes"):
                    self.assertEqual(getattr(again, name), getattr(config, name), name)

    def test_parameters_of_the_sweep_replace_those_of_the_estimator(self):
        environment = Environment("mine")
        estimator = Estimator(".", entry_script="train.py", environment_definition=environment,
                              script_params={"--lr": 0.1, "--name": "x", "--fast": "", "--batch": 3})
        from runyard import hyperdrive_config
        with self.assertWarnsRegex(UserWarning, r"\['--lr', '--fast'\] is the list of overridden parameter"):
            changed = hyperdrive_config._without_parameters(estimator, ["lr", "--fast"])
        self.assertEqual(changed.arguments, ["--name", "x", "--batch", 3])
        self.assertEqual(len(estimator.arguments), 7)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertIs(hyperdrive_config._without_parameters(estimator, ["--other"]), estimator)

    def test_numbers_of_numpy_are_plain_in_the_plan(self):
        class Float64:
            def item(self):
                return 0.5
        config = configured(hyperparameter_sampling=RandomParameterSampling({"--lr": choice([Float64(), "a"])}))
        self.assertEqual(config._plan().space, [("--lr", ["choice", [[0.5, "a"]]])])


if __name__ == "__main__":
    unittest.main()
