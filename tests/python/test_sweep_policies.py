# SPDX-License-Identifier: Apache-2.0
"""Policies against a plain model of each definition, and against the examples in the documentation of SDK v1."""

import math
import os
import random
import statistics
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._sweep import policies  # noqa: E402
from runyard.early_termination import (BanditPolicy, MedianStoppingPolicy, NoTerminationPolicy,  # noqa: E402
                                       TruncationSelectionPolicy)

ROUNDS = 200


def stop(policy, maximize, child, others=(), evaluated=0):
    return policies.stop(policy._planned(), maximize, child, [child, *others], evaluated)


def is_due(policy, interval):
    return interval % policy.evaluation_interval == 0 and interval >= policy.delay_evaluation


def model_bandit(policy, interval, child, children):
    """For a metric to be maximized whose values are positive: Y + Y * factor, or Y + amount, is less than the best."""
    best, own = max(max(values[:interval]) for values in children), max(child[:interval])
    return own + own * policy.slack_factor < best if policy.slack_factor else own + policy._properties["slack_amount"] < best


def model_median(policy, interval, child, children):
    averages = [math.fsum(values[:interval]) / len(values[:interval]) for values in children]
    return max(child[:interval]) < statistics.median(averages)


def model_truncation(policy, interval, child, children):
    """Fewer than the percentage of the children that are there are worse than this one."""
    there = [max(values[:interval]) for values in children if len(values) >= interval]
    cut = len(there) * policy.truncation_percentage // 100
    return sum(value <= max(child[:interval]) for value in there) <= cut


class Models(unittest.TestCase):
    def random_sweep(self, rng):
        value = iter(rng.sample(range(1, 10000), 150))
        return [[next(value) / 100.0 for _ in range(rng.randint(1, 12))] for _ in range(rng.randint(1, 12))]

    def held_against(self, model, make):
        found = set()
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            children, policy = self.random_sweep(rng), make(rng)
            child = rng.choice(children)
            expected = next((interval for interval in range(1, len(child) + 1)
                             if is_due(policy, interval) and model(policy, interval, child, children)), None)
            others = [values for values in children if values is not child]
            ours = stop(policy, True, child, others)
            self.assertEqual(ours and ours.interval, expected, (seed, policy.to_json(), child, children))
            mirrored = stop(policy, False, [-value for value in child], [[-value for value in values] for values in others])
            self.assertEqual(mirrored and mirrored.interval, expected, "the same, minimized")
            found.add(expected is None)
        self.assertEqual(found, {True, False}, "the model never says both")

    def test_bandit(self):
        self.held_against(model_bandit, lambda rng: BanditPolicy(
            rng.randint(1, 3), delay_evaluation=rng.randint(0, 6),
            **({"slack_factor": rng.uniform(0.05, 1)} if rng.random() < 0.5 else {"slack_amount": rng.uniform(1, 40)})))

    def test_median_stopping(self):
        self.held_against(model_median, lambda rng: MedianStoppingPolicy(rng.randint(1, 3), rng.randint(0, 6)))

    def test_truncation_selection(self):
        self.held_against(model_truncation, lambda rng: TruncationSelectionPolicy(rng.randint(1, 99), rng.randint(1, 3),
                                                                                 rng.randint(0, 6)))

    def test_the_best_child_is_never_stopped_whatever_the_signs(self):
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            children = [[rng.uniform(-3, 3) for _ in range(6)] for _ in range(5)]
            for maximize in (True, False):
                leader = sorted(children, key=lambda values: policies.best(values, maximize))[-1 if maximize else 0]
                for policy in (BanditPolicy(slack_factor=0.1), BanditPolicy(slack_amount=0.1), MedianStoppingPolicy(),
                               TruncationSelectionPolicy(99)):
                    last = dict(policy._planned(), delay_evaluation=6)
                    self.assertIsNone(policies.stop(last, maximize, leader, children), (seed, maximize, policy.to_json()))


class Documented(unittest.TestCase):
    def test_bandit_with_a_factor(self):
        """The best AUC is 0.8 at interval 100; Y + Y * 0.2 is compared with it."""
        policy, best = BanditPolicy(100, slack_factor=0.2), [0.8] * 100
        self.assertIsNone(stop(policy, True, [0.667] * 100, [best]))
        found = stop(policy, True, [0.666] * 100, [best])
        self.assertEqual((found.interval, found.value), (100, 0.666))
        self.assertAlmostEqual(found.bound, 0.8 / 1.2)
        self.assertIsNone(stop(policy, True, [0.1] * 99, [best]), "before the interval")

    def test_bandit_with_an_amount(self):
        policy, best = BanditPolicy(100, slack_amount=0.2), [0.8] * 100
        self.assertIsNone(stop(policy, True, [0.61] * 100, [best]))
        self.assertAlmostEqual(stop(policy, True, [0.59] * 100, [best]).bound, 0.6)

    def test_the_delay_puts_off_the_first_evaluation(self):
        policy = BanditPolicy(100, slack_factor=0.2, delay_evaluation=200)
        self.assertEqual(policies.evaluations(policy._planned(), 0, 450), [200, 300, 400])

    def test_truncation_of_a_fifth_of_all_children_at_interval_5(self):
        policy = TruncationSelectionPolicy(20, 1, 5)
        children = [[value] * 5 for value in (0.1, 0.2, 0.3, 0.4, 0.5)]
        self.assertEqual([bool(stop(policy, True, child, [other for other in children if other is not child]))
                          for child in children], [True, False, False, False, False])

    def test_truncation_compares_a_young_child_with_the_same_intervals_of_old_ones(self):
        old = [[0.1, 0.9], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]]
        self.assertIsNone(stop(TruncationSelectionPolicy(20), True, [0.2], old))

    def test_median_of_the_running_averages(self):
        others = [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]  # each averages 0.5
        self.assertIsNone(stop(MedianStoppingPolicy(2), True, [0.1, 0.5], others))
        self.assertEqual(stop(MedianStoppingPolicy(2), True, [0.1, 0.4], others).bound, 0.5)

    def test_no_policy_stops_nothing(self):
        self.assertIsNone(stop(NoTerminationPolicy(), True, [0.0], [[1.0]]))


class Values(unittest.TestCase):
    def test_values_that_are_no_finite_numbers_are_never_good(self):
        nan, inf = math.nan, math.inf
        self.assertIsNone(policies.best([nan, inf, -inf], True))
        self.assertEqual(policies.best([nan, 0.5, inf], True), 0.5)
        self.assertIsNone(stop(BanditPolicy(slack_amount=0.1), True, [nan, nan], [[1.0, 1.0]]))
        self.assertEqual(stop(BanditPolicy(slack_amount=0.1), True, [nan, 0.5], [[1.0, 1.0]]).interval, 2)
        self.assertIsNone(stop(MedianStoppingPolicy(), True, [0.5], [[nan], [inf]]))

    def test_an_interval_is_looked_at_once(self):
        policy = BanditPolicy(slack_amount=0.1)
        self.assertIsNone(stop(policy, True, [0.1], [[0.1]]))
        self.assertEqual(stop(policy, True, [0.1, 0.1], [[0.1, 0.9]], evaluated=1).interval, 2)

    def test_the_reason_says_metric_bound_and_interval(self):
        self.assertEqual(stop(BanditPolicy(slack_amount=0.25), False, [0.5, 0.75], [[0.25, 0.1]]).sentence("loss"),
                         "the policy of the sweep stopped it: at interval 2 its best loss was 0.5, worse than 0.35 "
                         "(bandit: the best of all child runs and the slack)")


if __name__ == "__main__":
    unittest.main()
