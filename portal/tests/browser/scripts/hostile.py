# SPDX-License-Identifier: Apache-2.0
"""A run whose every name and word tries to become markup, a script or an address."""

import os
import sys

from azureml.core import Run

BAD = sys.argv[1]
run = Run.get_context()
run.log(BAD, 1)
run.log(BAD, 2)
run.log("words", BAD)
run.log("ten thousand " + "z" * 10_000, 1)
run.log("single " + BAD, 3.5)
run.log_row("rows " + BAD, **{BAD: 1, "y": 2})
run.log_row("rows " + BAD, **{BAD: 2, "y": 3})
run.log_table("table " + BAD, {BAD: [BAD, "b"], "y": [1, 2]})
run.tag("tag", BAD)
run.tag(BAD, "value")
run.tag("address", "javascript:alert(1)")
run.tag("long " + "x" * 240, "y" * 10_000)
run.add_properties({"property " + BAD: BAD, "address": "javascript:alert(1)"})
run.display_name = BAD
run.description = BAD
run.log_confusion_matrix("matrix", {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {
    "class_labels": [BAD, "b"], "matrix": [[1, 2], [3, 4]]}})
os.makedirs("outputs", exist_ok=True)
safe = BAD.replace("/", "_")
for name in (safe + ".txt", safe + ".csv", "a#b?c%2F&d .txt"):
    with open(os.path.join("outputs", name), "w") as file:
        file.write(BAD + ",x\n" + BAD + ",1\n")
with open("outputs/page.html", "w") as file:
    file.write("<script>window.hacked = true</script>")
with open("outputs/picture.svg", "w") as file:
    file.write('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(2)</script>'
               '<image href="http://elsewhere.invalid/track.png"/><a href="javascript:alert(3)"><rect width="9" height="9"/></a></svg>')
run.log_image("vector " + BAD, path="outputs/picture.svg")
print(BAD)
print("\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07 \x1b[31m" + BAD + "\x1b[0m")
print("bytes that are no text: ", end="", flush=True)
os.write(1, b"\xff\xfe\n")
raise RuntimeError(BAD)
