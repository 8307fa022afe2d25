# SPDX-License-Identifier: Apache-2.0
"""Compute targets without a daemon: configurations, what is kept of them, statuses."""

import contextlib
import io
import json
import os
import re
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard import Workspace, compute  # noqa: E402
from runyard._client import targets  # noqa: E402
from runyard._compute import target  # noqa: E402
from runyard._compute.status import of_cluster, of_instance  # noqa: E402
from runyard._config import workspace_file  # noqa: E402
from runyard.exceptions import ComputeTargetException, UserErrorException  # noqa: E402

FACTS = {"name": "cpu", "slots": 3, "alias_of": "local", "created": "2026-11-24T01:02:03.000004Z", "running": ["a"],
         "queued": ["b", "c"], "properties": {}}


class Configurations(unittest.TestCase):
    def test_what_was_asked_for_is_kept_without_secrets(self):
        made = compute.AmlCompute.provisioning_configuration(
            vm_size="STANDARD_D2_V2", vm_priority="lowpriority", max_nodes=4, admin_username="me",
            admin_user_password="secret", admin_user_ssh_key="secret", tags={"a": "b"})
        self.assertEqual((made.vm_size, made.max_nodes, made.min_nodes), ("STANDARD_D2_V2", 4, 0))
        kept = made.properties()
        self.assertEqual((kept["type"], kept["settings"]["tags"]), ("AmlCompute", {"a": "b"}))
        remote = compute.RemoteCompute.attach_configuration(
            "me", address="host", password="secret", private_key_file="secret", private_key_passphrase="secret")
        bricks = compute.DatabricksCompute.attach_configuration("g", "w", access_token="secret")
        for properties in (kept, remote.properties(), bricks.properties()):
            self.assertNotIn("secret", json.dumps(properties))
        self.assertEqual(remote.properties()["settings"]["address"], "host")

    def test_numbers_of_nodes(self):
        for low, high in ((2, 1), (-1, 3), ("one", 2), (0, [])):
            why = re.escape("min_nodes={!r} and max_nodes={!r}".format(low, high))
            with self.assertRaisesRegex(ComputeTargetException, why):
                compute.AmlCompute.provisioning_configuration("s", min_nodes=low, max_nodes=high)

    def test_numbers_may_be_texts_as_of_environment_variables(self):
        made = compute.AmlCompute.provisioning_configuration("s", min_nodes="0", max_nodes="4")
        self.assertEqual((made.min_nodes, made.max_nodes), (0, 4))

    def test_what_is_set_later_is_kept(self):
        made = compute.AksCompute.provisioning_configuration(location="here")
        made.vnet_name = "net"
        self.assertEqual(made.properties()["settings"], {"location": "here", "vnet_name": "net"})

    def test_a_configuration_of_another_kind(self):
        for call, what in ((compute.ComputeTarget.create, "provisioning"), (compute.ComputeTarget.attach, "attach")):
            with self.assertRaisesRegex(ComputeTargetException, what + "_configuration must be what .*not 'cfg'"):
                call(None, "cpu", "cfg")
        for wrong in ("", None, 3):
            with self.assertRaisesRegex(UserErrorException, "must be a text that is not empty"):
                compute.ComputeTarget(None, wrong)


class MadeInTheStudio(unittest.TestCase):
    """Targets that a script takes for granted."""

    def setUp(self):
        self.known = {}

        def put(workspace, name, properties):
            self.known[name] = dict(FACTS, name=name, properties=properties)
            return self.known[name]
        changed = mock.patch.multiple(targets, known=lambda workspace: self.known, put=put)
        changed.start()
        self.addCleanup(changed.stop)
        self.workspace = Workspace._existing(workspace_file.DEFAULT_IDENTITY)

    def cell(self, code):
        """Run a cell of a notebook. Returns what it says on stderr."""
        with contextlib.redirect_stderr(io.StringIO()) as err:
            names = {name: getattr(compute, name) for name in compute.__all__}
            exec(compile(code, "cell", "exec"), dict(names, ws=self.workspace))
        return err.getvalue()

    def test_they_become_names_of_this_machine(self):
        for code, kind in (("ws.compute_targets['a']", "AmlCompute"), ("ComputeTarget(ws, 'b')", "AmlCompute"),
                           ("AmlCompute(workspace=ws, name='c')", "AmlCompute"), ("AksCompute(ws, 'd')", "AKS")):
            self.assertRegex(self.cell(code), "the target '.' is new: it stands for this machine and shares its slots")
            self.assertEqual(self.cell(code), "")
            self.assertEqual(list(self.known.values())[-1]["properties"]["type"], kind)

    def test_a_handler_of_the_caller_gets_its_exception(self):
        for code in ("ws.compute_targets['a']", "ComputeTarget(ws, 'a')"):
            self.cell("try:\n    {}\n    assert False\nexcept (KeyError, ComputeTargetException):\n    pass".format(code))
        self.cell("assert 'a' not in ws.compute_targets and ws.compute_targets.get('a') is None")
        self.assertEqual(self.known, {})


class Status(unittest.TestCase):
    def test_a_cluster(self):
        settings = {"min_nodes": 1, "max_nodes": 4, "idle_seconds_before_scaledown": 60, "vm_size": "S"}
        status = of_cluster(FACTS, settings)
        self.assertEqual((status.allocation_state, status.provisioning_state, status.current_node_count,
                          status.target_node_count), ("Steady", "Succeeded", 3, 3))
        counts = status.node_state_counts
        self.assertEqual((counts.running_node_count, counts.idle_node_count), (1, 2))
        self.assertEqual((status.scale_settings.minimum_node_count, status.scale_settings.maximum_node_count), (1, 4))
        found = json.loads(json.dumps(status.serialize()))
        self.assertEqual((found["currentNodeCount"], found["nodeStateCounts"]["runningNodeCount"], found["vmSize"]),
                         (3, 1, "S"))

    def test_a_paused_target_has_no_idle_nodes(self):
        status = of_cluster(dict(FACTS, slots=0), {})
        self.assertEqual((status.node_state_counts.idle_node_count, status.current_node_count), (0, 0))

    def test_a_machine(self):
        self.assertEqual(of_instance(FACTS, {"vm_size": "S"}).serialize()["state"], "Running")

    def test_every_kind_is_known_by_its_type(self):
        for name in compute.__all__:
            kind = getattr(compute, name)
            if issubclass(kind, compute.ComputeTarget) and kind is not compute.ComputeTarget:
                made = target.shown(None, dict(FACTS, properties={"type": kind._compute_type}))
                self.assertIs(type(made), kind)
        self.assertIs(type(target.shown(None, FACTS)), compute.ComputeTarget)

    def test_what_is_printed(self):
        workspace = Workspace._existing(workspace_file.Identity("s", "r", "w"))
        properties = {"type": "AmlCompute", "settings": {"tags": {"a": "b"}}}
        self.assertEqual(
            repr(target.shown(workspace, dict(FACTS, properties=properties))),
            "AmlCompute(workspace={!r}, name=cpu, id=/subscriptions/s/resourceGroups/r/workspaces/w/computes/cpu, "
            "type=AmlCompute, provisioning_state=Succeeded, location=local, tags={{'a': 'b'}})".format(workspace))


if __name__ == "__main__":
    unittest.main()
