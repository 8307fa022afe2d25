# SPDX-License-Identifier: Apache-2.0
"""A name that scripts set to lift the limit of a snapshot; here only ScriptRunConfig(large=True) does."""

SNAPSHOT_MAX_SIZE_BYTES = 300 * 1024 * 1024
