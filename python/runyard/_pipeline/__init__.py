# SPDX-License-Identifier: Apache-2.0
"""Pipelines: runs whose controller submits a child run for each step, as soon as the step's inputs are there.

From the ground up: plan is the pipeline as data, graph the order of its steps, kept_files digests what steps write, and
delivery turns the reads and writes of a step into the submit of its run. controller is the program of the pipeline's
run; submission starts it. docs/pipelines.md is for users.
"""
