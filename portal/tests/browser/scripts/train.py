# SPDX-License-Identifier: Apache-2.0
"""A run that logs one of everything that the portal draws; --alpha makes its numbers its own."""

import argparse
import json
import math
import os
import struct
import zlib

from azureml.core import Run

from shapes import ramp

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, default=0.5)
parser.add_argument("--points", type=int, default=200)
options = parser.parse_args()
run = Run.get_context()


def png(size, shade):
    """A square picture, a ramp of gray, as PNG."""
    rows = b"".join(b"\0" + bytes(ramp(x, y, size, shade) for x in range(size)) for y in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


print("\x1b[1mtraining\x1b[0m with alpha {}".format(options.alpha))
for step in range(options.points):
    loss = math.exp(-step / 40) * (1 + options.alpha) + 0.05 * math.sin(step)
    run.log("loss", float("nan") if step == 120 else loss, step=step)
    run.log("accuracy", 1 - math.exp(-step / (30 + 40 * options.alpha)), step=step)
    if step % 20 == 0:
        print("step {:3d}  loss \x1b[32m{:.4f}\x1b[0m".format(step, loss))
for percent in range(0, 101, 10):
    print("\rwriting {} %".format(percent), end="")
print("\n\x1b[31mone warning\x1b[0m: this is red")

run.log("alpha", options.alpha)
run.log("best epoch", 17)
run.log("optimizer", "adam")
for phase in ("warm-up", "main", "cool-down"):
    run.log("phase", phase)
run.log_list("fibonacci", [0, 1, 1, 2, 3, 5, 8, 13])
for angle in range(0, 370, 10):
    run.log_row("cosine", degrees=angle, cos=math.cos(math.radians(angle)))
run.log_table("classes", {"class": ["cat", "dog", "owl"], "precision": [0.9, 0.8, 0.7], "recall": [0.6, 0.7, 0.9]})
run.log_confusion_matrix("confusion", {"schema_type": "confusion_matrix", "schema_version": "v1", "data": {
    "class_labels": ["cat", "dog", "owl"], "matrix": [[50, 3, 2], [4, 40, 6], [0, 5, 60]]}})
decisions = [[found, found ** 2 // 100, 100 - found ** 2 // 100, 100 - found] for found in range(0, 101, 5)]
run.log_accuracy_table("accuracy table", {"schema_type": "accuracy_table", "schema_version": "v1", "data": {
    "probability_tables": [decisions, decisions[::2]], "percentile_tables": [decisions, decisions[::2]], "class_labels": ["cat", "dog"],
    "probability_thresholds": [i / 20 for i in range(21)], "percentile_thresholds": [i / 20 for i in range(21)]}})
run.log_residuals("residuals", {"schema_type": "residuals", "schema_version": "v1", "data": {
    "bin_edges": list(range(-5, 6)), "bin_counts": [1, 4, 12, 30, 52, 48, 27, 14, 3, 1]}})
run.log_predictions("predictions", {"schema_type": "predictions", "schema_version": "v1", "data": {
    "bin_averages": [12.0, 24.0, 41.0, float("nan"), 88.0], "bin_errors": [3.0, 5.0, 4.0, float("nan"), 9.0],
    "bin_counts": [20, 35, 41, 0, 12], "bin_edges": [0, 20, 40, 60, 80, 100]}})
for epoch in range(3):
    with open("picture_{}.png".format(epoch), "wb") as file:
        file.write(png(96, 80 * epoch + int(40 * options.alpha)))
    run.log_image("picture", path="picture_{}.png".format(epoch))

os.makedirs("outputs/tables", exist_ok=True)
with open("outputs/tables/scores.csv", "w") as file:
    file.write("name,score\n" + "".join('"item, {}",{}\n'.format(i, i * i) for i in range(50)))
with open("outputs/summary.json", "w") as file:
    json.dump({"alpha": options.alpha, "classes": ["cat", "dog", "owl"]}, file)
with open("outputs/notes.txt", "w") as file:
    file.write("made by train.py\n" * 20)
with open("outputs/picture.png", "wb") as file:
    file.write(png(64, 200))
with open("outputs/model.bin", "wb") as file:
    file.write(bytes(range(256)))
run.tag("alpha", str(options.alpha))
run.tag("kind", "demo")
run.add_properties({"data": "made up"})
