# SPDX-License-Identifier: Apache-2.0
"""The names of azureml: scripts/azureml_names writes the other files here from python/azureml_names.txt. `ours` is loaded by each script,
`rest` when a script uses a name that is not there."""
