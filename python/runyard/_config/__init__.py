# SPDX-License-Identifier: Apache-2.0
"""Configurations: their files, their sections, and what they ask of an interpreter."""
