# SPDX-License-Identifier: Apache-2.0
"""Samplers against a plain model of each definition, and against the examples in the documentation of SDK v1."""

import itertools
import math
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._sweep import bayesian, spaces  # noqa: E402
from runyard._sweep.plan import Plan  # noqa: E402
from runyard._sweep.sampling import Sampler  # noqa: E402
from runyard.parameter_expressions import (choice, lognormal, loguniform, normal, qlognormal, qloguniform,  # noqa: E402
                                           qnormal, quniform, randint, uniform)

ROUNDS = 300
SPACE = [("--lr", loguniform(-11.5, -2.3)), ("--batch", choice(16, 32, 64)), ("--drop", uniform(0, 0.5))]


def plan(sampling, space, seed=1):
    return Plan("loss", False, 10, 2, 60, sampling, seed, space, {"name": "none"}, [], [], [], {})


def some(expression, count=2000, seed=7):
    source = random.Random(seed).random
    return [spaces.draw(expression, source) for _ in range(count)]


class Definitions(unittest.TestCase):
    """Each expression against its formula, with the same sequence of random numbers."""

    def each_round(self):
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            low = rng.uniform(-5, 5)
            yield random.Random(seed), low, low + rng.uniform(0.1, 6), rng.randint(1, 9)

    def same_draw(self, seeded, expression):
        """The value, and the numbers that it was made of."""
        numbers = [seeded.random() for _ in range(2)]
        left = iter(numbers)
        return spaces.draw(expression, lambda: next(left)), numbers

    def test_a_uniform_value_is_linear_in_the_random_number(self):
        for seeded, low, high, _ in self.each_round():
            value, (u, _) = self.same_draw(seeded, uniform(low, high))
            self.assertEqual(value, low + (high - low) * u)
            self.assertTrue(low <= value < high)

    def test_quantized_and_exponential_values_are_made_of_plain_ones(self):
        for seeded, low, high, q in self.each_round():
            numbers = [seeded.random() for _ in range(2)]

            def again(expression, numbers=numbers):
                left = iter(numbers)
                return spaces.draw(expression, lambda: next(left))

            plain, bell = again(uniform(low, high)), again(normal(low, high - low))
            self.assertEqual(again(loguniform(low, high)), math.exp(plain))
            self.assertEqual(again(quniform(low, high, q)), round(plain / q) * q)
            self.assertEqual(again(qloguniform(low, high, q)), round(math.exp(plain) / q) * q)
            self.assertEqual(again(lognormal(low, high - low)), math.exp(bell))
            self.assertEqual(again(qnormal(low, high - low, q)), round(bell / q) * q)
            self.assertEqual(again(qlognormal(low, high - low, q)), round(math.exp(bell) / q) * q)

    def test_quantized_values_are_integers_where_the_step_is_one(self):
        self.assertEqual({type(value) for value in some(quniform(0, 100, 8), 50)}, {int})
        self.assertEqual({type(value) for value in some(quniform(0, 100, 8.0), 50)}, {int})
        self.assertEqual(spaces.multiple(0.29, 0.1), 0.3)

    def test_normal_values_have_their_mean_and_deviation(self):
        values = some(normal(10, 3), 5000)
        mean = sum(values) / len(values)
        self.assertAlmostEqual(mean, 10, delta=0.2)
        self.assertAlmostEqual(math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)), 3, delta=0.2)

    def test_choices_and_integers_are_each_as_likely(self):
        for expression, options in ((choice([1, "a", [2, 3]]), [1, "a", [2, 3]]), (randint(3), [0, 1, 2])):
            values = some(expression, 3000)
            for option in options:
                self.assertAlmostEqual(values.count(option), 1000, delta=150)

    def test_the_documented_examples(self):
        for value in some(uniform(0.0005, 0.005), 200):  # of RandomParameterSampling
            self.assertTrue(0.0005 <= value <= 0.005)
        self.assertEqual(set(some(choice(0, 100, 120, 140, 180), 200)), {0, 100, 120, 140, 180})
        for value in some(loguniform(-6, -1), 200):
            self.assertTrue(math.exp(-6) <= value <= math.exp(-1))


class Random(unittest.TestCase):
    def test_a_configuration_depends_on_seed_and_number_only(self):
        first = [Sampler(plan("random", SPACE)).configuration(number, []) for number in range(20)]
        again = Sampler(plan("random", SPACE))
        self.assertEqual([again.configuration(number, []) for number in reversed(range(20))], first[::-1])
        self.assertNotEqual(Sampler(plan("random", SPACE, seed=2)).configuration(0, []), first[0])

    def test_it_is_the_same_in_every_python(self):
        self.assertEqual(Sampler(plan("random", SPACE)).configuration(0, []), EXPECTED)

    def test_a_value_does_not_depend_on_the_other_parameters(self):
        alone = Sampler(plan("random", [("--lr", SPACE[0][1])]))
        self.assertEqual(alone.configuration(5, [])["--lr"], Sampler(plan("random", SPACE)).configuration(5, [])["--lr"])

    def test_a_finite_space_gives_each_configuration_once_and_then_ends(self):
        for seed in range(30):
            rng = random.Random(seed)
            space = [("p%d" % place, choice(list(range(rng.randint(1, 5))))) for place in range(rng.randint(1, 3))]
            space.append(("r", randint(rng.randint(1, 4))))
            sampler, total = Sampler(plan("random", space, seed)), spaces.size(space)
            found = [tuple(sampler.configuration(number, []).values()) for number in range(total)]
            self.assertEqual(len(set(found)), total)
            self.assertIsNone(sampler.configuration(total, []))


class Grid(unittest.TestCase):
    def test_it_is_the_product_in_order(self):
        for seed in range(50):
            rng = random.Random(seed)
            space = [("p%d" % place, choice(list(range(rng.randint(1, 4))))) for place in range(rng.randint(1, 4))]
            expected = list(itertools.product(*(expression[1][0] for _, expression in space)))
            sampler = Sampler(plan("grid", space))
            self.assertEqual([tuple(sampler.configuration(number, []).values()) for number in range(len(expected))], expected)
            self.assertIsNone(sampler.configuration(len(expected), []))

    def test_a_size_is_the_number_of_configurations(self):
        self.assertEqual(spaces.size([("a", choice(1, 2)), ("b", randint(5))]), 10)
        self.assertIsNone(spaces.size(SPACE))


class FakeOptuna:
    """What Bayesian sampling uses of Optuna, and what it was told."""

    class logging:
        WARNING = 30

    class distributions:
        CategoricalDistribution = staticmethod(lambda options: ("any of", tuple(options)))
        FloatDistribution = staticmethod(lambda low, high: ("from", low, "to", high))

    class samplers:
        TPESampler = staticmethod(lambda **given: given)

    class trial:
        class TrialState:
            COMPLETE, FAIL, RUNNING = "complete", "fail", "running"

        create_trial = staticmethod(lambda **given: given)

    def create_study(self, direction, sampler):
        self.direction, self.sampler, self.told = direction, sampler, []
        return self

    def add_trial(self, trial):
        self.told.append((trial["state"], trial["value"], trial["params"]))

    def ask(self, distributions):
        self.asked, self.params = distributions, {"--lr": 0.25, "--units": 37.0, "--act": 1}
        return self


class BayesianSeam(unittest.TestCase):
    SPACE = [("--lr", uniform(0, 1)), ("--units", quniform(8, 128, 16)), ("--act", choice("relu", "tanh"))]

    def proposed(self, outcomes, number=3):
        self.optuna = FakeOptuna()
        return bayesian.proposal(self.optuna, self.SPACE, True, 5, number, outcomes)

    def test_the_space_and_the_goal_are_those_of_the_sweep(self):
        self.assertEqual(self.proposed([]), {"--lr": 0.25, "--units": 32, "--act": "tanh"})
        self.assertEqual(self.optuna.asked, {"--lr": ("from", 0.0, "to", 1.0), "--units": ("from", 8.0, "to", 128.0),
                                             "--act": ("any of", (0, 1))})
        self.assertEqual(self.optuna.direction, "maximize")

    def test_the_seed_of_a_proposal_depends_on_the_sweep_and_its_number_only(self):
        seeds = []
        for number in (3, 3, 4):
            self.proposed([], number)
            seeds.append(self.optuna.sampler["seed"])
        self.assertEqual((seeds[0], len(set(seeds))), (seeds[1], 2))

    def test_every_outcome_of_the_space_is_told(self):
        values = {"--lr": 0.5, "--units": 130, "--act": "relu"}  # rounding has left the bounds
        told = {"--lr": 0.5, "--units": 128.0, "--act": 0}
        self.proposed([bayesian.Outcome(values, 0.9, True), bayesian.Outcome(values, None, True),
                       bayesian.Outcome(values, None, False), bayesian.Outcome({"--other": 1}, 0.5, True),
                       bayesian.Outcome(dict(values, **{"--act": "unknown"}), 0.5, True)])
        self.assertEqual(self.optuna.told, [("complete", 0.9, told), ("fail", None, told), ("running", None, told)])


EXPECTED = {"--lr": 1.5467376489807733e-05, "--batch": 64, "--drop": 0.3458802615979655}

if __name__ == "__main__":
    unittest.main()
