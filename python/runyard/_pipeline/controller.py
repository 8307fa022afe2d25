# SPDX-License-Identifier: Apache-2.0
"""The program of a pipeline's run: `python -m runyard._pipeline.controller`.

It decides, writes each decision into the record of its own run before it acts, and acts in ways that may be repeated:
a step is submitted under an id that its place gives. So a controller that was killed at any point goes on where it
was, and no step is started twice. docs/pipelines.md says what it does.
"""

import json
from typing import Any, Dict, List, Optional

from .._controller import program
from .._controller.log import say
from .._controller.program import Ending
from .._runs.run_status import FINAL, RunStatus
from ..exceptions import AzureMLException
from . import delivery, plan as plans
from .delivery import Outputs
from .plan import Plan, Step, run_of_step
from .service import Reused, Service

START, REUSE, SKIP, END = "start", "reuse", "skip", "end"
_WAIT = 30.0  # seconds for one request that waits for a change
_SKIPPED = "Skipped"  # the state of a step that has no run


class Progress:
    """How far a step is. `state` "": it has not been decided on."""

    def __init__(self) -> None:
        self.state, self.reason = "", ""
        self.digest: Optional[str] = None
        self.outputs: Optional[Outputs] = None  # None: it has not completed
        self.is_submitted = False  # as far as this process knows

    @property
    def is_active(self) -> bool:
        """Whether the step has been started and its run has not ended."""
        return self.state not in ("", _SKIPPED) and self.state not in FINAL

    @property
    def is_bad(self) -> bool:
        """Whether the run of the step has failed or was canceled."""
        return self.state in (RunStatus.FAILED, RunStatus.CANCELED)


class Controller(program.Controller):
    """Drives one pipeline."""

    def __init__(self, plan: Plan, service: Service) -> None:
        self._plan, self._service = plan, service
        self._progress = [Progress() for _ in plan.steps]
        self._after = [step.after for step in plan.steps]

    def run(self) -> Ending:
        """Run the steps. AzureMLException: one cannot be submitted, or the daemon does not answer."""
        self._service.wait_for_sources(self._plan)
        self._recover()
        while True:
            self._start_ready()
            if not any(progress.is_active for progress in self._progress):
                return self._conclude()
            self._observe(_WAIT)

    def cancel_children(self, reason: str) -> None:
        """Cancel every step that has not ended, also one of whose submit the answer has not come."""
        for number, progress in enumerate(self._progress):
            if progress.is_active:
                if not progress.is_submitted:
                    try:
                        self._submit(number)
                    except AzureMLException:
                        continue  # it is refused, so there is no run; the other steps are still to be canceled
                self._service.cancel(self._run_id(number), reason)

    def _run_id(self, number: int) -> str:
        """The id of the run of a step."""
        return run_of_step(self._service.run_id, number)

    def _recover(self) -> None:
        """Read what has been decided before, and do what was decided but perhaps not done."""
        rows = self._service.decisions(self._service.run_id)
        for row in rows:
            self._apply(row)
        for number, progress in enumerate(self._progress):
            if progress.state == _SKIPPED:
                self._skip_dependents(number)
        self._observe(0.0)
        for number, progress in enumerate(self._progress):
            if progress.is_active and not progress.is_submitted:
                self._submit(number)
        say("API", "The pipeline goes on with the {} decisions of its record".format(len(rows)) if rows
            else "Pipeline run created")

    def _apply(self, row: Dict[str, Any]) -> None:
        """Apply a decision, as the record has it."""
        number, kind = int(row["step"]), row["decision"]
        if kind == START:
            self._progress[number].state = RunStatus.QUEUED
            self._progress[number].digest = row.get("digest") or None
        elif kind == SKIP:
            self._progress[number].state, self._progress[number].reason = _SKIPPED, row["reason"]
        elif kind == REUSE:
            made = delivery.of_text(row["outputs"]) or {}
            self._show_reused(number, Reused(row["run"], row["pipeline"], row["node"], made))

    def _decide(self, kind: str, number: int, **facts: Any) -> None:
        """Write a decision."""
        name = self._plan.steps[number].name
        self._service.decide(dict({"step": number, "step_name": name, "decision": kind}, **facts))

    def _start_ready(self) -> None:
        """Start each step whose inputs are there, or take the outputs of an equal one; which may make others ready."""
        ready = self._ready()
        while ready:
            for number in ready:
                self._start(number)
            ready = self._ready()

    def _ready(self) -> List[int]:
        """The steps that have not been decided on and wait for no other. After a failure: none, unless the others go
        on."""
        if not self._plan.goes_on and any(progress.is_bad for progress in self._progress):
            return []
        return [number for number, progress in enumerate(self._progress)
                if not progress.state and all(self._progress[other].outputs is not None
                                              for other in self._after[number])]

    def _start(self, number: int) -> None:
        """Decide how a step gets its outputs, then do that."""
        step, made = self._plan.steps[number], [progress.outputs for progress in self._progress]
        missing = _missing(self._plan, step, made)
        if missing:
            return self._skip(number, missing)
        digest = self._service.digest(self._plan, step, made)
        reused = None if digest is None or self._plan.regenerates else self._service.reusable(digest)
        if reused is not None:
            self._decide(REUSE, number, run=reused.run_id, pipeline=reused.pipeline, node=reused.node,
                         outputs=delivery.as_text(reused.outputs), reason="equal to " + reused.run_id)
            return self._show_reused(number, reused)
        self._decide(START, number, digest=digest or "", run=self._run_id(number), reason="its inputs are there")
        self._progress[number].state, self._progress[number].digest = RunStatus.QUEUED, digest
        self._submit(number)

    def _submit(self, number: int) -> None:
        """Submit the run of a step; it is found again if it has been submitted before."""
        progress = self._progress[number]
        made = [other.outputs for other in self._progress]
        run = self._service.submit(self._plan, number, progress.digest, made)
        progress.is_submitted = True
        progress.state = run["status"]
        say("SCHEDULER", "Step '{}' is submitted. Id='{}'".format(self._plan.steps[number].name, run["id"]))

    def _show_reused(self, number: int, reused: Reused) -> None:
        """Let a step be completed with the outputs of another run."""
        step, progress = self._plan.steps[number], self._progress[number]
        self._service.show_reused(step, number, reused)
        progress.state, progress.outputs, progress.is_submitted = RunStatus.COMPLETED, reused.outputs, True
        say("SCHEDULER", "Step '{}' takes the outputs of {}".format(step.name, reused.run_id))

    def _skip(self, number: int, reason: str) -> None:
        """Decide not to start a step, and those that wait for it."""
        self._decide(SKIP, number, reason=reason)
        self._progress[number].state, self._progress[number].reason = _SKIPPED, reason
        say("SCHEDULER", "Step '{}' is not started: {}".format(self._plan.steps[number].name, reason))
        self._skip_dependents(number)

    def _observe(self, wait: float) -> None:
        """Wait so many seconds for a change of a step's run, and apply what has changed."""
        answer = self._service.children(self._service.run_id, wait=wait)
        for child in answer.children:
            number = child["n"]
            if number is not None and number < len(self._progress) and child["id"] == self._run_id(number):
                self._see(number, child["state"], child.get("message") or "")
        if answer.is_complete:
            there = {child["id"] for child in answer.children}
            for number, progress in enumerate(self._progress):
                if progress.is_active and progress.is_submitted and self._run_id(number) not in there:
                    self._see(number, RunStatus.CANCELED, "the run was removed")

    def _see(self, number: int, state: str, reason: str) -> None:
        """Apply the state of a step's run."""
        progress = self._progress[number]
        progress.is_submitted = True
        if not progress.state or progress.state in FINAL and (progress.outputs is not None or progress.is_bad):
            return
        progress.state, progress.reason = state, reason
        if state == RunStatus.COMPLETED:
            progress.outputs = self._service.finish(self._plan, number)
        elif progress.is_bad:
            self._skip_dependents(number)
        if state in FINAL:
            say("SCHEDULER", "Step '{}' is {}{}".format(self._plan.steps[number].name, state, reason and ": " + reason))

    def _skip_dependents(self, number: int) -> None:
        """Decide not to start the steps that wait for one that has failed or was not started."""
        for other, earlier in enumerate(self._after):
            if number in earlier and not self._progress[other].state:
                self._skip(other, "it waits for step '{}'".format(self._plan.steps[number].name))

    def _conclude(self) -> Ending:
        """How the pipeline ended."""
        bad = [number for number, progress in enumerate(self._progress) if progress.is_bad]
        for number, progress in enumerate(self._progress):
            if not progress.state:
                self._skip(number, "the pipeline does not continue after the failure of step '{}'".format(
                    self._plan.steps[bad[0]].name))
        skipped = [number for number, progress in enumerate(self._progress) if progress.state == _SKIPPED]
        ending = self._ending(bad, skipped)
        self._decide(END, len(self._progress) - 1, reason=ending.reason)
        return ending

    def _ending(self, bad: List[int], skipped: List[int]) -> Ending:
        """The ending, with steps that are bad or were not started."""
        count = len(self._progress)
        if not bad and not skipped:
            return Ending(True, "all {} steps are completed".format(count))
        return Ending(False, "{}; {} of {} steps are completed".format(
            "; ".join(map(self._sentence, bad or skipped)), count - len(bad) - len(skipped), count))

    def _sentence(self, number: int) -> str:
        """How a step ended."""
        progress = self._progress[number]
        what = "was not started" if progress.state == _SKIPPED else "is {}".format(progress.state)
        return "step '{}' {}{}".format(self._plan.steps[number].name, what, progress.reason and ": " + progress.reason)


def _missing(plan: Plan, step: Step, made: List[Optional[Outputs]]) -> str:
    """Which output that a step reads was never written, as a sentence; "": none."""
    for read in step.reads:
        if read.output not in (made[read.step] or {}):
            producer = plan.steps[read.step]
            return "step '{}' has ended without writing its output '{}' ({})".format(
                producer.name, read.output, json.dumps(producer.write(read.output).path))
    return ""


def controller_of(facts: Dict[str, Any]) -> Controller:
    """The controller of a run. UserErrorException: the run is no pipeline, or its steps need what is not kept."""
    plan = plans.of_run(facts)
    plans.check_kept(plan)
    return Controller(plan, Service(facts))


if __name__ == "__main__":
    program.main("pipeline", controller_of)
