# SPDX-License-Identifier: Apache-2.0
"""The connection to the daemon: finding and starting it, HTTP, and the files that go over it."""
