# SPDX-License-Identifier: Apache-2.0
"""What `runyard sweep` reads from its words: spaces, policies and plans; and what it says of mistakes."""

import contextlib
import io
import math
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._sweep import command, shell_words  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


def plan(*words):
    options = command.parser().parse_args(words)
    kept, space = shell_words.separated(options.words)
    return kept, command.plan_of(options, space)


class Words(unittest.TestCase):
    def test_arguments_that_are_expressions_are_swept(self):
        kept, space = shell_words.separated(["train.py", "--epochs", "3", "--lr", "uniform(0, 1)", "--batch=choice(16,32)",
                                             "--fast", "-k", "randint(4)", "data(1)"])
        self.assertEqual(kept, ["train.py", "--epochs", "3", "--fast", "data(1)"])
        self.assertEqual(space, [("--lr", ["uniform", [0, 1]]), ("--batch", ["choice", [[16, 32]]]), ("-k", ["randint", [4]])])

    def test_loguniform_takes_the_bounds_themselves(self):
        name, (low, high) = shell_words.expression("loguniform(1e-5,1e-1)", "--lr")
        self.assertEqual(name, "loguniform")
        self.assertAlmostEqual(math.exp(low), 1e-5)
        self.assertAlmostEqual(math.exp(high), 1e-1)
        self.assertEqual(shell_words.expression("qloguniform(1,1000,10)", "n")[1], [0.0, math.log(1000), 10])

    def test_a_choice_takes_numbers_words_and_lists(self):
        self.assertEqual(shell_words.expression("choice(1, 0.5, adam, 'a, b', \"c\", [1,2], true)", "x"),
                         ["choice", [[1, 0.5, "adam", "a, b", "c", [1, 2], True]]])

    def test_a_step_may_be_a_fraction(self):
        self.assertEqual(shell_words.expression("quniform(0,1,0.1)", "x"), ["quniform", [0, 1, 0.1]])

    def test_mistakes_say_what_is_wrong(self):
        for word, said in (("uniform(1,0)", "low must be less than high"), ("uniform(1)", r"uniform\(low,high\) takes 2 numbers"),
                           ("loguniform(-5,-1)", "low must be positive; loguniform takes the bounds themselves"),
                           ("normal(0,-1)", "sigma must not be negative"), ("quniform(0,1,0)", "q must be positive"),
                           ("randint(0)", "upper must be a positive integer"), ("choice()", "choice needs at least one value"),
                           ("uniform(a,b)", "takes 2 numbers"), ("randint(1.5)", "positive integer")):
            with self.assertRaisesRegex(UserErrorException, r"cannot sweep --lr " + word[:4] + ".*" + said, msg=word):
                shell_words.separated(["train.py", "--lr", word])

    def test_an_expression_needs_a_name(self):
        for words in (["train.py", "uniform(0,1)"], ["train.py", "3", "uniform(0,1)"], ["uniform(0,1)"]):
            with self.assertRaisesRegex(UserErrorException, "cannot sweep 'uniform.0,1.': it needs a name, as in --lr"):
                shell_words.separated(words)


class Policies(unittest.TestCase):
    def test_a_policy_with_its_numbers(self):
        self.assertEqual(shell_words.policy("bandit(slack_factor=0.1,evaluation_interval=1,delay_evaluation=5)"),
                         {"name": "bandit", "slack_factor": 0.1, "evaluation_interval": 1, "delay_evaluation": 5})
        self.assertEqual(shell_words.policy("median"), {"name": "median", "evaluation_interval": 1, "delay_evaluation": 0})
        self.assertEqual(shell_words.policy("truncation(truncation_percentage=20)")["truncation_percentage"], 20)
        self.assertEqual(shell_words.policy("none"), {"name": "none"})

    def test_mistakes_say_what_is_wrong(self):
        for text, said in (("best", "it is bandit"), ("bandit", "either slack_factor or slack_amount"),
                           ("bandit(slack_factor=1,slack_amount=1)", "either slack_factor or slack_amount"),
                           ("bandit(slack=1)", "'slack=1' is not one of evaluation_interval="),
                           ("bandit(slack_factor=x)", "'slack_factor=x' is not one of"),
                           ("bandit(slack_factor=-1)", "must not be negative"),
                           ("median(evaluation_interval=0)", "evaluation_interval is an integer from 1"),
                           ("truncation", "integer from 1 to 99")):
            with self.assertRaisesRegex(UserErrorException, "cannot use the policy '.*': .*" + said, msg=text):
                shell_words.policy(text)


class Plans(unittest.TestCase):
    BASIS = ("--metric=loss", "--parallel=4", "--", "train.py", "--lr", "uniform(0,1)")

    def test_a_random_sweep(self):
        kept, made = plan("--random=50", "--goal=max", "--seed=3", "--minutes=1.5", "--policy=median", *self.BASIS)
        self.assertEqual(kept, ["train.py"])
        self.assertEqual(made[:7], ("loss", True, 50, 4, 1.5, "random", 3))
        self.assertEqual((made.space, made.policy["name"]), ([("--lr", ["uniform", [0, 1]])], "median"))

    def test_a_grid_has_as_many_runs_as_configurations_or_fewer(self):
        words = ("--grid", "--metric=loss", "--parallel=9", "--", "train.py", "--a", "choice(1,2,3)", "--b=choice(x,y)")
        self.assertEqual(plan(*words)[1][2:4], (6, 6))
        self.assertEqual(plan("--most=4", *words)[1][2:4], (4, 4))

    def test_mistakes_say_what_is_wrong(self):
        for words, said in ((("--random=5", "--", "train.py", "--lr", "uniform(0,1)"), "--metric names the metric"),
                            (("--random=5", "--goal=best", *self.BASIS), "--goal is min or max, not 'best'"),
                            (self.BASIS, "say one of --random N, --grid and --bayesian N"),
                            (("--random=5", "--grid", *self.BASIS), "say one of"),
                            (("--grid", *self.BASIS), "--grid takes choice, and --lr is uniform"),
                            (("--random=5", "--metric=loss", "--", "train.py"), "no argument of the script is swept"),
                            (("--random=-5", *self.BASIS), "the number of runs must be positive, not -5"),
                            (("--random=5", "--minutes=0", *self.BASIS), "--minutes must be positive")):
            with self.assertRaisesRegex(UserErrorException, "cannot start a sweep: .*" + said, msg=words):
                plan(*words)

    def test_the_exit_code_and_the_sentence_of_a_mistake(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            self.assertEqual(command.main(["--random=5", *self.BASIS[:2]]), 2)
        self.assertEqual(said.getvalue(), "runyard: cannot start a sweep: name a script, or a command after --\n")


if __name__ == "__main__":
    unittest.main()
