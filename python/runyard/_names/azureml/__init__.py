# SPDX-License-Identifier: Apache-2.0
"""The azureml names that Runyard answers to."""
