# SPDX-License-Identifier: Apache-2.0
"""Runs cells in a real kernel: kernel.py CELLS.json. Needs jupyter-client and ipykernel.

CELLS.json is a list of texts. Writes a list of what each cell gave: {"out": text, "error": name or null, "html": [what
was shown], "updates": [what replaced it while the cell ran]}. The kernel is then shut down in order.
"""

import json
import sys
import time
from typing import Any, Dict, List

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


def main(cells: List[str]) -> None:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        results = [run(client, cell) for cell in cells]
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
