# SPDX-License-Identifier: Apache-2.0
"""The azureml names that Runyard answers to. The modules below have no files of their own."""

from __future__ import annotations

import sys

from runyard._azureml_finder import Finder, LastFinder

if not any(getattr(each, "__name__", "") in ("Finder", "AzuremlFinder") for each in sys.meta_path):
    sys.meta_path.insert(0, Finder)
if not any(getattr(each, "__name__", "") == "LastFinder" for each in sys.meta_path):
    sys.meta_path.append(LastFinder)
