# SPDX-License-Identifier: Apache-2.0
"""Runs a notebook in a real kernel: kernel.py NOTEBOOK.ipynb. Needs jupyter-client and ipykernel.

Writes what each code cell gave, by its id: {"out": text, "error": sentence or null, "html": [what was shown],
"updates": [what replaced it while the cell ran]}. The first error ends it, but for cells tagged raises-exception. The
kernel is then shut down in order.
"""

import json
import sys
import time
from typing import Any, Dict

from jupyter_client.manager import start_new_kernel  # type: ignore[import-not-found]

PATIENCE = 120


def take(found: Dict[str, Any], kind: str, content: Dict[str, Any]) -> None:
    """One message of the kernel about a cell."""
    if kind == "stream":
        found["out"] += content["text"]
    elif kind in ("execute_result", "display_data"):
        found["html"].append(content["data"].get("text/html") or content["data"].get("text/plain"))
    elif kind == "update_display_data":
        found["updates"].append(content["data"].get("text/html"))
    elif kind == "error":
        found["error"] = content["ename"] + ": " + content["evalue"]


def run(client: Any, cell: str) -> Dict[str, Any]:
    """Run one cell and gather what it shows until it is done."""
    found: Dict[str, Any] = {"out": "", "error": None, "html": [], "updates": []}
    asked = client.execute(cell)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        message = client.get_iopub_msg(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return found
        take(found, message["msg_type"], message["content"])
    raise SystemExit("a cell did not end: " + cell)


def run_all(client: Any, notebook: Dict[str, Any]) -> Dict[str, Any]:
    """Run the code cells in order."""
    results = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            found = results[cell["id"]] = run(client, "".join(cell["source"]))
            if found["error"] and "raises-exception" not in cell["metadata"].get("tags", ()):
                break
    return results


def main(notebook: Dict[str, Any]) -> None:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        results = run_all(client, notebook)
        client.shutdown()
        manager.finish_shutdown(waittime=PATIENCE)
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        main(json.load(file))
