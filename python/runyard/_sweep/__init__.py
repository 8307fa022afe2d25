# SPDX-License-Identifier: Apache-2.0
"""Sweeps: runs whose controller submits child runs with different parameters, and compares them by one metric.

From the ground up: spaces, sampling and policies are functions over plain data; trials is what a sweep knows of its
children; controller is the program of the sweep's run; submission and command start it.
"""
