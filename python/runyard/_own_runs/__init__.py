# SPDX-License-Identifier: Apache-2.0
"""The runs that this process is or belongs to: they report through a journal, or to no record at all."""
