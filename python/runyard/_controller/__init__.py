# SPDX-License-Identifier: Apache-2.0
"""What the controllers of sweeps and pipelines share: runs of the user that submit child runs and watch them.

`supervise` keeps the work of a controller alive, `service` is the daemon as it asks it, `template` is the part of a
submit that child runs have in common, `log` prints the controller's lines.
"""
