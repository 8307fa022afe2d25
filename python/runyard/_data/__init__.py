# SPDX-License-Identifier: Apache-2.0
"""Data sets and datastores: what they are, where they lie, and how a run gets them."""
