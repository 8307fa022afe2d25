# SPDX-License-Identifier: Apache-2.0
"""Environments, targets and configurations against a real daemon; scripts in the style of the samples, unchanged."""

import contextlib
import io
import os
import shutil
import sys

from notebook_case import Notebook, needs_daemon, wait_for
from sample_case import SampleCase

from runyard import CondaDependencies, Environment, Experiment, RunConfiguration, ScriptRunConfig, Workspace
from runyard._client import targets
from runyard._client.api import client, path_of
from runyard.compute import AmlCompute, ComputeInstance, ComputeTarget
from runyard.exceptions import ComputeTargetException, UserErrorException

LACKING = "the environment asks for packages that {} does not have: demo-package"


@needs_daemon
class Samples(SampleCase):
    def demo_package(self, version):
        """A folder of sys.path with an installed package."""
        place = os.path.join(self.folder, "packages")
        os.makedirs(os.path.join(place, "demo_package-{}.dist-info".format(version)))
        return place

    def test_a_cluster_that_is_unknown_is_this_machine_with_one_warning(self):
        out, said = self.run_sample("unknown_cluster")
        self.assertEqual(out, "Completed 0.5 local\n" * 2)
        warning = "there is no target 'cpu-cluster'; its runs are queued on 'local', this machine"
        self.assertEqual(said.count(warning), 1)

    def test_a_cluster_is_created_or_reused(self):
        ready = "Succeeded. The target 'gpu-cluster' stands for this machine and is ready.\n"
        rest = "STANDARD_NC6 Steady True\nTrue AmlCompute\nCompleted gpu-cluster\n"
        out, said = self.run_sample("create_cluster")
        self.assertEqual(out, "Creating a new compute target...\n" + ready + rest)
        self.assertIn("the target 'gpu-cluster' stands for this machine and shares its slots", said)
        shutil.rmtree(os.path.join(self.folder, "samples"))
        self.assertEqual(self.run_sample("create_cluster")[0], "Found existing compute target.\n" + rest)

    def test_a_cluster_is_listed_in_its_workspace_only(self):
        self.assertEqual(self.run_sample("two_workspaces")[0], "dev ['cpu-cluster']\ntest []\n")

    def test_curated_environments(self):
        out, said = self.run_sample("curated_environment")
        self.assertEqual(out, "AzureML-Minimal\nAzureML-Tutorial\n" + "Completed {'alpha': 0.1}\n" * 2)
        self.assertEqual(said.count("'AzureML-sklearn-0.24-ubuntu18.04-py37-cpu' is not built here"), 1)
        self.assertNotIn("'AzureML-Minimal' is not built", said)

    def test_a_command_is_a_list_for_the_shell(self):
        out, _ = self.run_sample("command_list")
        self.assertIn("\nstarting\ntrained default\n", out)
        self.assertTrue(out.endswith("{'alpha': 0.25, 'label': 'good day', 'greeting': 'good day'}\n"), out)

    def test_packages_that_are_there(self):
        place = self.demo_package("1.2")
        for kind in ("conda", "pip", "create"):
            with self.subTest(kind):
                out, _ = self.run_sample("package_list", kind, packages=place)
                self.assertEqual(out, "Completed {'alpha': 0.1, 'label': '', 'greeting': ''}\n")
                shutil.rmtree(os.path.join(self.folder, "samples"))

    def test_packages_that_are_not_there_fail_the_run_before_it_starts(self):
        place = self.demo_package("0.9")
        for kind in ("conda", "pip", "create"):
            for packages, why in (("", ""), (place, " (0.9 is installed)")):
                with self.subTest(kind + packages):
                    out, _ = self.run_sample("package_list", kind, packages=packages)
                    self.assertIn(LACKING.format(os.path.abspath(sys.executable)), out)
                    self.assertIn(why, out)
                    self.assertTrue(out.endswith("\nFailed {}\n"), out)
                    shutil.rmtree(os.path.join(self.folder, "samples"))

    def test_an_environment_is_registered_and_used_again(self):
        out, _ = self.run_sample("register_and_reuse")
        self.assertEqual(out, "version 1\nversion 1\nversion 2\n{'greeting': 'first'} myenv 1\n"
                         "{'greeting': 'second'} myenv 2\n['myenv']\n")

    def test_variables_in_arguments_are_those_of_the_run(self):
        out, _ = self.run_sample("variables")
        self.assertEqual(out, "hello/RUN_ID/$NOT_THERE\nagain/RUN_ID/$NOT_THERE\n")


@needs_daemon
class Environments(Notebook):
    def environment(self, *packages):
        """An environment with these packages."""
        made = Environment("环境 " + self.id().rsplit(".", 1)[-1][:80])
        made.python.conda_dependencies = CondaDependencies.create(pip_packages=packages)
        return made

    def test_unchanged_content_keeps_its_version(self):
        made = self.environment("numpy")
        self.assertEqual([made.register(self.workspace).version for _ in range(2)], ["1", "1"])
        self.assertEqual(self.environment("numpy").register(self.workspace).version, "1")
        self.assertEqual(self.environment("scipy").register(self.workspace).version, "2")
        self.assertEqual(self.environment("numpy").register(self.workspace).version, "3")
        self.assertIsNone(made.version)

    def test_what_is_registered_does_not_change(self):
        made = self.environment("numpy")
        registered = made.register(self.workspace)
        for environment in (made, registered, Environment.get(self.workspace, made.name)):
            environment.python.conda_dependencies.add_pip_package("later")
            environment.environment_variables["A"] = "b"
        again = Environment.get(self.workspace, made.name, version="1")
        self.assertEqual(list(again.python.conda_dependencies.pip_packages), ["azureml-defaults", "numpy"])
        self.assertNotIn("A", again.environment_variables)
        self.assertEqual(again.register(self.workspace).version, "1")

    def test_everything_comes_back(self):
        made = Environment.from_dockerfile(self.environment().name, "FROM x\n")
        made.python.interpreter_path, made.inferencing_stack_version = "/é", "latest"
        made.docker.base_image_registry.address = "host"
        made.something = {"new": [1, None]}
        again = made.register(self.workspace)
        self.assertEqual(dict(again.as_dict(), version=None), made.as_dict())
        self.assertEqual(Environment.get(self.workspace, made.name, label="latest").as_dict(), again.as_dict())

    def test_a_list_has_the_newest_of_each(self):
        for package in ("numpy", "scipy"):
            self.environment(package).register(self.workspace)
        found = Environment.list(self.workspace)
        self.assertEqual(found[self.environment().name].version, "2")
        self.assertEqual({"AzureML-Minimal", "AzureML-Tutorial"} - set(found), set())
        with self.quiet():
            self.assertEqual(found["AzureML-PyTorch-1.1-GPU"].name, "AzureML-PyTorch-1.1-GPU")
        self.assertRaises(KeyError, lambda: found["absent"])

    def test_each_workspace_has_its_own(self):
        with self.quiet():
            other = Workspace.create("other", exist_ok=True)
        made = self.environment()
        self.assertEqual(made.register(other).version, "1")
        why = "There is no environment '{}' in workspace 'default'".format(made.name)
        with self.assertRaisesRegex(UserErrorException, why):
            Environment.get(self.workspace, made.name)
        self.assertEqual([name for name in Environment.list(other) if not name.startswith("AzureML")], [made.name])

    def test_one_that_is_not_there(self):
        made = self.environment()
        made.register(self.workspace)
        for version in ("2", "latest", 7):
            with self.assertRaisesRegex(UserErrorException, "of version {} in workspace.*registered are: .*{}".format(
                    version, made.name)):
                Environment.get(self.workspace, made.name, version)
        with self.assertRaisesRegex(UserErrorException, "no labels but 'latest', not 'dev'"):
            Environment.get(self.workspace, made.name, label="dev")

    def test_it_outlives_the_daemon(self):
        made = self.environment("numpy")
        made.register(self.workspace)
        pid = client.call("GET", path_of("status"))["pid"]
        client.call("POST", path_of("stop"))
        wait_for("the end of the daemon", lambda: not os.path.exists("/proc/{}".format(pid)))
        self.assertEqual(Environment.get(self.workspace, made.name).register(self.workspace).version, "1")


@needs_daemon
class Targets(Notebook):
    def create(self, name, configuration=None, create=ComputeTarget.create):
        """A target that is gone when the test is over."""
        with self.quiet():
            made = create(self.workspace, name, configuration or AmlCompute.provisioning_configuration("S"))
        self.addCleanup(self.forget, name)
        return made

    def forget(self, name):
        """See to it that a target is gone."""
        if name in targets.known(self.workspace._identity):
            targets.remove(self.workspace._identity, name)

    def test_there_is_none_until_it_is_created(self):
        for kind in (ComputeTarget, AmlCompute):
            with self.assertRaisesRegex(ComputeTargetException, "TargetNotFound: .*name cpu not found.*are: none"):
                kind(self.workspace, "cpu")
        made = self.create("cpu")
        for again in (ComputeTarget(self.workspace, "cpu"), AmlCompute(self.workspace, "cpu"),
                      ComputeTarget.list(self.workspace)[0], self.workspace.compute_targets["cpu"],
                      ComputeTarget.deserialize(self.workspace, made.serialize())):
            self.assertEqual((type(again), again, again.vm_size, again.provisioning_state),
                             (AmlCompute, made, "S", "Succeeded"))
        with self.assertRaisesRegex(ComputeTargetException, "'cpu' is of type AmlCompute, not ComputeInstance"):
            ComputeInstance(self.workspace, "cpu")

    def test_this_machine_itself_is_not_listed(self):
        self.assertEqual((ComputeTarget(self.workspace, "local").type, self.workspace.compute_targets), ("local", {}))
        with self.assertRaisesRegex(ComputeTargetException, "cannot delete the target 'local'"):
            ComputeTarget(self.workspace, "local").delete()
        with self.assertRaisesRegex(ComputeTargetException, "cannot make the target 'local'"):
            self.create("local")

    def test_it_shares_the_slots_of_this_machine(self):
        made = self.create("cpu")
        go = os.path.join(self.folder, "go")
        script = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.02)\n"
        runs = []
        for target in ("local", "cpu"):
            config = self.config(script, [go])
            config.run_config.target = made if target == "cpu" else target
            with contextlib.redirect_stdout(io.StringIO()):
                runs.append(self.experiment.submit(config))
            self.addCleanup(self.end, runs[-1])
        wait_for("the first script", lambda: runs[0].get_status() == "Running")
        self.assertEqual(runs[1].get_status(), "Queued")
        self.assertIn("queued behind 1 run", runs[1]._refresh()["waiting"])
        self.assertEqual([run.id for run in made.get_active_runs()], [runs[1].id])
        self.assertEqual(made.get_status().node_state_counts.running_node_count, 0)
        with open(go, "w"):
            pass
        for run in runs:
            run.wait_for_completion()
        self.assertEqual([run.get_details()["target"] for run in runs], ["local", "cpu"])
        self.assertEqual(list(made.get_active_runs()), [])

    def test_a_deleted_one_is_gone(self):
        made = self.create("cpu")
        made.delete()
        self.assertEqual(self.workspace.compute_targets, {})
        for call in (made.delete, made.get_status, lambda: ComputeTarget(self.workspace, "cpu")):
            self.assertRaises(ComputeTargetException, call)

    def test_it_belongs_to_its_workspace(self):
        other = Workspace.create("other", exist_ok=True)
        made = self.create("cpu")
        self.assertEqual((other.compute_targets, list(self.workspace.compute_targets)), ({}, ["cpu"]))
        with self.assertRaisesRegex(ComputeTargetException, "TargetNotFound"):
            ComputeTarget(other, "cpu")
        with self.assertRaisesRegex(ComputeTargetException, "no such target in workspace 'other'"):
            targets.remove(other._identity, "cpu")
        with self.quiet():
            theirs = ComputeTarget.create(other, "cpu", AmlCompute.provisioning_configuration("L"))
        self.assertEqual((ComputeTarget(other, "cpu").vm_size, ComputeTarget(self.workspace, "cpu").vm_size), ("L", "S"))
        self.assertNotEqual(made, theirs)
        made.delete()
        self.assertEqual((self.workspace.compute_targets, list(other.compute_targets)), ({}, ["cpu"]))
        theirs.delete()
        self.assertNotIn("cpu", targets._all())

    def test_an_alias_of_an_early_version_is_in_every_workspace(self):
        properties = {"type": "AmlCompute", "settings": {"vm_size": "S"}}
        client.call("POST", path_of("targets", "early"), {"alias_of": "local", "properties": properties})
        self.addCleanup(self.forget, "early")
        other = Workspace.create("other", exist_ok=True)
        self.assertEqual([ComputeTarget(place, "early").vm_size for place in (self.workspace, other)], ["S", "S"])
        ComputeTarget(other, "early").update(max_nodes=3)
        self.assertEqual(ComputeTarget(self.workspace, "early").scale_settings.maximum_node_count, 3)
        ComputeTarget(other, "early").delete()
        self.assertEqual(self.workspace.compute_targets, {})

    def test_other_numbers_are_kept(self):
        made = self.create("cpu")
        made.update(min_nodes=1, max_nodes=7)
        again = ComputeTarget(self.workspace, "cpu")
        self.assertEqual((again.scale_settings.minimum_node_count, again.scale_settings.maximum_node_count), (1, 7))
        self.assertEqual(again.get_status().scale_settings.maximum_node_count, 7)

    def test_other_kinds(self):
        from runyard.compute import AksCompute, DsvmCompute, RemoteCompute
        machine = self.create("mine", ComputeInstance.provisioning_configuration("S"))
        with self.quiet() as said:
            machine.stop()
        self.assertEqual((machine.get_status().state, said.getvalue()),
                         ("Running", "runyard: the target 'mine' stands for this machine, which is not stopped\n"))
        for name, kind, configuration in (
                ("vm", RemoteCompute, RemoteCompute.attach_configuration("me", address="host", password="x")),
                ("dsvm", DsvmCompute, DsvmCompute.provisioning_configuration(vm_size="S")),
                ("aks", AksCompute, AksCompute.provisioning_configuration(agent_count=3))):
            made = self.create(name, configuration, ComputeTarget.attach)
            made.wait_for_completion()
            self.assertEqual((type(made), made.get_status()), (kind, "Succeeded"))
            with self.assertRaisesRegex(UserErrorException, "needs no credentials"):
                made.get_credentials()
        self.assertEqual(sorted(self.workspace.compute_targets), ["aks", "dsvm", "mine", "vm"])


@needs_daemon
class Configurations(Notebook):
    def test_a_configuration_from_a_file_runs(self):
        config = RunConfiguration("main.py", ["--n", 3])
        config.environment.python.user_managed_dependencies = True
        config.save(self.folder, "mine")
        self.put("main.py", "import sys\nfrom azureml.core import Run\nRun.get_context().log('n', sys.argv[2])\n")
        loaded = RunConfiguration.load(self.folder, "mine")
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(ScriptRunConfig(self.folder, run_config=loaded))
            run.wait_for_completion()
        self.assertEqual(run.get_metrics(), {"n": "3"})

    def test_one_object_is_submitted_twice_and_edited_between(self):
        config = self.config("""
            import sys
            from azureml.core import Run
            Run.get_context().log('a', sys.argv[1])
        """)
        runs = []
        for given in ("x", "y"):
            config.arguments = [given]
            with contextlib.redirect_stdout(io.StringIO()):
                runs.append(self.experiment.submit(config))
            config.arguments[0] = "too late"
        for run in runs:
            run.wait_for_completion()
        self.assertEqual([run.get_metrics()["a"] for run in runs], ["x", "y"])

    def test_a_run_says_what_it_was_configured_with(self):
        config = self.config("pass")
        config.run_config.environment.name, config.run_config.environment.version = "mine", "7"
        config.run_config.environment.python.conda_dependencies.add_pip_package("numpy")
        config.run_config.framework = "PyTorch"
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config)
            run.wait_for_completion()
        definition = run.get_details()["runDefinition"]
        self.assertEqual((definition["framework"], definition["script"]), ("PyTorch", "main.py"))
        self.assertEqual((definition["environment"]["name"], definition["environment"]["version"]), ("mine", "7"))
        self.assertEqual(definition["environment"]["python"]["interpreterPath"], os.path.abspath(sys.executable))
        again = run.get_environment()
        self.assertEqual((again.name, again.version), ("mine", "7"))
        self.assertIn("numpy", list(again.python.conda_dependencies.pip_packages))

    def test_experiments_take_a_script_run_config_only(self):
        with self.assertRaisesRegex(UserErrorException, "takes a ScriptRunConfig, not RunConfiguration"):
            Experiment(self.workspace, "x").submit(RunConfiguration())


if __name__ == "__main__":
    import unittest
    unittest.main()
