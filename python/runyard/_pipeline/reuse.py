# SPDX-License-Identifier: Apache-2.0
"""When the outputs of another run take the place of a step: equal snapshots, arguments, environments and inputs."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._data import addresses, files, inputs, registered_datasets, workspace_folder
from . import kept_files
from .delivery import Outputs
from .plan import Plan, Step

if TYPE_CHECKING:
    from ..workspace import Workspace

_VERSION = 1  # of the digest: a new way to make it finds no runs of the old one
_TEMPLATE = ("interpreter", "requirements", "managed", "clean_env", "kind")
_REFERENCE = "AZUREML_DATAREFERENCE_"


def digest(plan: Plan, step: Step, snapshot: Optional[str], variables: Dict[str, Any], made: List[Optional[Outputs]],
           workspace: "Workspace") -> Optional[str]:
    """The digest that equal steps have. `variables`: those of the template; `made`: the outputs of finished steps.
    None: there is no equal step, because the step has no snapshot, or an input whose content is not known."""
    found = {read.name: (made[read.step] or {})[read.output].digest for read in step.reads}
    if snapshot is None or None in found.values():
        return None
    template = plan.templates[step.template]
    own = {name: value for name, value in variables.items() if name != inputs.VARIABLE}
    facts = {"version": _VERSION, "snapshot": snapshot, "step": [step.kind, step.version],
             "submit": {name: value for name, value in step.submit.items() if name not in ("inputs", "version")},
             "environment": {name: template.get(name) for name in _TEMPLATE},
             "variables": {name: _content(name, value) for name, value in own.items()},
             "parameters": {name: _content(name, plan.parameters[parameter])
                            for name, parameter in step.parameters.items()},
             "reads": [[read.variable, read.mode, read.place, read.definition, found[read.name]]
                       for read in step.reads],
             "data": _of_datasets(variables.get(inputs.VARIABLE), workspace),
             "writes": [[write.name, write.variable, write.is_made, write.dataset] for write in step.writes]}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode("utf-8")).hexdigest()


def _content(name: str, value: Any) -> Any:
    """The value of a variable; if it is the path of data, the digest of what is there."""
    is_path = name.startswith(_REFERENCE) and isinstance(value, str)
    return kept_files.digest(value) or value if is_path else value


def _of_datasets(text: Any, workspace: "Workspace") -> Dict[str, Any]:
    """Name to the digests of a data set that is an input: of the content of its files; of an address, the address."""
    entries = json.loads(text or "{}")
    known = registered_datasets.read(workspace_folder.of(workspace)).by_id if entries else {}
    return {name: [entry["mode"], _of_definition(known[entry["id"]]["definition"])] for name, entry in entries.items()}


def _of_definition(definition: Dict[str, Any]) -> List[Any]:
    """The digests of a data set."""
    there = [path for path in definition["paths"] if not addresses.is_address(path)]
    web = [path for path in definition["paths"] if addresses.is_address(path)]
    return [web, [[file.name, kept_files.digest(file.path)] for file in files.files(there)] if there else [],
            definition.get("options"), definition.get("steps")]


def is_unchanged(made: Outputs) -> bool:
    """Whether outputs are still as their run has written them."""
    return all(output.digest is not None and kept_files.digest(output.path) == output.digest
               for output in made.values())
