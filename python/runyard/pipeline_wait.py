# SPDX-License-Identifier: Apache-2.0
"""wait_for_completion of pipelines and of their steps, which prints what SDK v1 printed."""

import json
import time
from typing import TYPE_CHECKING, Any, Dict, List, Set

from ._base.messages import to_stdout
from ._client.api import client, path_of
from ._runs import wait
from ._runs.run_status import FINAL, RunStatus
from .exceptions import ActivityFailedException, ExperimentExecutionException

if TYPE_CHECKING:
    from .pipeline_run import PipelineRun, StepRun
    from .run import Run

_SLICE = 1  # seconds between looks at a run; its end is seen at once


def state_of(facts: Dict[str, Any]) -> str:
    """The state of a pipeline or a step in the words of SDK v1."""
    return "Finished" if facts["status"] == RunStatus.COMPLETED else str(facts["status"])


def _title(kind: str, run: "Run") -> None:
    """Print what comes before everything else."""
    to_stdout("{}: {}\nLink to Azure Machine Learning Portal: {}\n".format(kind, run.id, run.get_portal_url()))


def _look(run: "Run", until: float) -> Dict[str, Any]:
    """The run once it has ended, or as it is after a moment. If this is called inside a run, that run yields its slot
    meanwhile."""
    left = max(0, min(_SLICE, int(until - time.monotonic())))
    facts = dict(client.call("GET", path_of("runs", run.id, "wait"), query={"timeout": left}))
    run._facts = {}
    return facts


def _until(seconds: float) -> float:
    """The time at which a wait is over."""
    return time.monotonic() + min(seconds, 1e9)


def for_pipeline(run: "PipelineRun", show_output: bool, timeout_seconds: float, raise_on_error: bool) -> str:
    """Wait for a pipeline."""
    _title("PipelineRunId", run)
    until = _until(timeout_seconds)
    try:
        facts = _followed_pipeline(run, until, raise_on_error) if show_output else _ended(run, until)
    except KeyboardInterrupt:
        raise _interrupted(run) from None
    return _concluded(run, facts, "PipelineRun", "PipelineRun", show_output, raise_on_error)


def for_step(run: "StepRun", show_output: bool, timeout_seconds: float, raise_on_error: bool) -> str:
    """Wait for a step."""
    _title("StepRunId", run)
    until = _until(timeout_seconds)
    name = run.name
    try:
        facts = _followed_step(run, until) if show_output else _ended(run, until)
    except KeyboardInterrupt:
        raise _interrupted(run) from None
    return _concluded(run, facts, "StepRun({})".format(name), "StepRun( {} )".format(name), show_output,
                      raise_on_error)


def _ended(run: "Run", until: float) -> Dict[str, Any]:
    """The run when it has ended, or the time is over."""
    facts = _look(run, until)
    while facts["status"] not in FINAL and time.monotonic() < until:
        facts = _look(run, until)
    return facts


def _followed_pipeline(run: "PipelineRun", until: float, raise_on_error: bool) -> Dict[str, Any]:
    """Print the states of a pipeline and its steps, one after the other, until it has ended."""
    printed: Set[str] = set()
    before = ""
    while True:
        facts = dict(run._refresh())
        if state_of(facts) != before and facts["status"] not in FINAL:
            before = state_of(facts)
            to_stdout("PipelineRun Status: {}\n".format(before))
        new: List[StepRun] = [step for step in run.get_steps() if step.id not in printed]
        for step in new:
            printed.add(step.id)
            to_stdout("\n\n")
            for_step(step, True, until - time.monotonic(), raise_on_error)
            to_stdout("\n")
        if facts["status"] in FINAL or _is_over(until):
            return facts
        if not new:
            _look(run, until)


def _followed_step(run: "StepRun", until: float) -> Dict[str, Any]:
    """Print the states and the log of a step until it has ended."""
    log = _Log()
    before = ""
    while True:
        facts = _look(run, until)
        log.print_new(run.id)
        if facts["status"] in FINAL or _is_over(until):
            log.end()
            return facts
        if state_of(facts) != before:
            before = state_of(facts)
            to_stdout("StepRun( {} ) Status: {}\n".format(facts["name"], before))


def _is_over(until: float) -> bool:
    """Whether the time is over; says so."""
    if time.monotonic() < until:
        return False
    to_stdout("Timed out of waiting. Elapsed time: {:.1f}\n".format(max(0.0, time.monotonic() - until)))
    return True


class _Log(wait.Log):
    """The log of a step, whose whole lines are printed from time to time."""

    def __init__(self) -> None:
        super().__init__(wait.writer())
        self._held = b""  # the beginning of a line

    def print_new(self, run_id: str) -> None:
        """Print what the log has more than before."""
        reply = client.open("GET", path_of("runs", run_id, "log"), query={"name": self.name, "offset": self._offset})
        for block in iter(reply.read, b""):
            self.put(block)

    def put(self, block: bytes) -> None:
        """Print the whole lines of what is there with one more block."""
        self._offset += len(block)
        lines, end, self._held = (self._held + block).rpartition(b"\n")
        if end:
            self._print(lines + end)

    def end(self) -> None:
        """Print the last line, also if it has no end."""
        if self._held:
            self._print(self._held)
        super().end()


def _concluded(run: "Run", facts: Dict[str, Any], title: str, label: str, show_output: bool,
               raise_on_error: bool) -> str:
    """Print the summary. Returns the state. ActivityFailedException: the run failed, and raise_on_error is set."""
    run._facts = facts
    state = state_of(facts)
    if not show_output and not raise_on_error:
        return state
    described = run.get_details()
    error = described.get("error") if facts["status"] == RunStatus.FAILED else None
    if show_output:
        heading = title + " Execution Summary"
        to_stdout("\n{}\n{}\n{} Status: {}\n".format(heading, "=" * (len(heading) + 1), label, state))
        warnings = [warning["message"] for warning in described.get("warnings", ())]
        if warnings:
            to_stdout("\nWarnings:\n" + "\n".join(warnings) + "\n")
        if error and not raise_on_error:
            to_stdout("\nError:\n" + json.dumps(error, indent=4, ensure_ascii=False) + "\n")
    if error and raise_on_error:
        text = json.dumps(error, indent=4, ensure_ascii=False)
        raise ActivityFailedException("Activity Failed:\n" + text, error_details=text)
    if show_output:
        to_stdout("{}\n\n".format(described))
    return state


def _interrupted(run: "Run") -> ExperimentExecutionException:
    """The exception about a wait that the keyboard has ended."""
    return ExperimentExecutionException(
        "The output streaming for the run interrupted.\nBut the run is still executing on the compute target. \n"
        "To cancel it: run.cancel(), or in a shell: runyard cancel {}".format(run.id))
