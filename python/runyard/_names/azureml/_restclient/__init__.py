# SPDX-License-Identifier: Apache-2.0
"""Names that scripts take from azureml._restclient."""
