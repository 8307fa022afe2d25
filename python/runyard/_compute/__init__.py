# SPDX-License-Identifier: Apache-2.0
"""Compute targets, which are names for this machine."""
