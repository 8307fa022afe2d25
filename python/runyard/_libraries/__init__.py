# SPDX-License-Identifier: Apache-2.0
"""Names that other libraries have dropped. The hook loads these files by their paths, one at a time."""
