# SPDX-License-Identifier: Apache-2.0
"""The program of a sweep's run: `python -m runyard._sweep.controller`.

It decides, writes each decision into the record of its own run before it acts, and acts in ways that may be repeated:
a child is submitted under an id that its number gives. So a controller that was killed at any point goes on where it
was, and no child is started twice. docs/hyperdrive.md says what it does.
"""

import json
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from .._controller import program
from .._controller.log import say, seconds
from .._controller.program import Ending
from .._runs.run_status import RunStatus
from ..exceptions import AzureMLException
from . import plan as plans, trials
from .sampling import Sampler
from .service import Service
from .trials import Trial, Trials

if TYPE_CHECKING:
    from .policies import Stop

_WAIT = 30.0  # seconds for one request that waits for a change
_WAIT_OTHERS = 2.0  # the same, while children of a sweep that this one continues have not ended


class Controller(program.Controller):
    """Drives one sweep from its start, or from where its record ends, to its end."""

    def __init__(self, plan: plans.Plan, service: Service, started: float,
                 clock: Callable[[], float] = time.time) -> None:
        self._plan, self._service, self._clock = plan, service, clock
        self._trials = Trials(plan)
        self._sampler = Sampler(plan)
        self._sweeps = [*plan.continues, service.run_id]
        self._deadline = started + 60.0 * plan.minutes
        self._is_exhausted = False

    def run(self) -> Ending:
        """Run the sweep. AzureMLException: a child cannot be submitted, or the daemon does not answer."""
        self._recover()
        while not self._is_over():
            self._start_children()
            if not self._is_over():
                self._observe()
                self._apply_policy()
        return self._conclude()

    def cancel_children(self, reason: str) -> None:
        """Cancel every child that has not ended, also one of whose submit the answer has not come."""
        for trial in self._trials.active():
            if trial.run_id is None:
                try:
                    self._submit(trial)
                except AzureMLException:
                    continue  # it is refused, so there is no run; the other children are still to be canceled
            self._service.cancel(str(trial.run_id), reason)

    def _recover(self) -> None:
        """Read what has been decided before, and do what was decided but perhaps not done."""
        for sweep in self._sweeps:
            for row in self._service.decisions(sweep):
                self._trials.decide(row)
        for sweep in self._plan.resume_from:
            self._trials.inherit(self._service.children(sweep, self._plan.metric, points=0).children)
        for sweep in self._sweeps:
            self._look(sweep)
        for trial in self._trials.active():
            if trial.run_id is None:
                self._submit(trial)
            if trial.stopped is not None:
                self._service.cancel(str(trial.run_id), trial.stopped)
        if self._trials.by_number:
            say("API", "The sweep goes on with {} child runs of its record".format(len(self._trials.by_number)))
        else:
            say("API", "Experiment created")

    def _is_over(self) -> bool:
        """Whether every child has ended and no other will start; or the time is over, which ends the children."""
        if self._clock() >= self._deadline and not self._is_exhausted:
            self._is_exhausted = True
            reason = "the sweep has reached max_duration_minutes={}".format(self._plan.minutes)
            self._decide(trials.END, max(0, self._trials.next_number() - 1), reason=reason)
            say("CONTROLLER", reason)
        if self._clock() >= self._deadline:
            self.cancel_children("the sweep has reached max_duration_minutes={}".format(self._plan.minutes))
        return self._is_exhausted and not self._trials.active()

    def _start_children(self) -> None:
        """Start children until as many are active as may be, or no other is to be tried."""
        while not self._is_exhausted and len(self._trials.active()) < self._plan.concurrent:
            number = self._trials.next_number()
            if number >= self._plan.total:
                return self._exhaust(number, "Max number of jobs '{}' reached for experiment.".format(self._plan.total))
            trial = self._proposal(number)
            if trial is None:
                return self._exhaust(number, "All configurations of the space have been tried.")
            self._start(trial)

    def _exhaust(self, number: int, reason: str) -> None:
        """Start no other child."""
        self._is_exhausted = True
        say("CONTROLLER", reason)
        self._decide(trials.END, number - 1, reason=reason)

    def _proposal(self, number: int) -> Optional[Trial]:
        """The next child: first those to be resumed, then what the sampling proposes; None: there is none."""
        resumed = self._plan.resume_child_runs
        if number < len(resumed):
            run = self._service.run(resumed[number])
            return Trial(number, json.loads((run.get("properties") or {}).get("hyperparameters") or "{}"), run["id"])
        values = self._sampler.configuration(number - len(resumed), self._trials.outcomes())
        return None if values is None else Trial(number, values)

    def _start(self, trial: Trial) -> None:
        """Decide to start a child, then start it."""
        kind = trials.START if trial.resumes is None else trials.RESUME
        reason = "{} sampling, number {}".format(self._plan.sampling, trial.number) if trial.resumes is None else (
            "resumes {}".format(trial.resumes))
        self._decide(kind, trial.number, hyperparameters=json.dumps(trial.values, ensure_ascii=False), reason=reason,
                     **({"resumes": trial.resumes} if trial.resumes else {}))
        self._trials.by_number[trial.number] = trial
        self._submit(trial)
        say("SCHEDULER", "Successfully scheduled a job. Id='{}' {}".format(trial.run_id, json.dumps(trial.values)))

    def _submit(self, trial: Trial) -> None:
        """Submit a child; it is found again if it has been submitted before."""
        run = self._service.submit(self._plan, self._sweeps[0], trial)
        trial.run_id, trial.state = run["id"], run["status"]

    def _decide(self, kind: str, number: int, **facts: Any) -> None:
        """Write a decision."""
        self._service.decide(dict({"child": number, "decision": kind}, **facts))

    def _observe(self) -> None:
        """Wait for a change of a child, and apply what has changed."""
        others = [sweep for sweep in self._plan.continues if self._of(sweep)]
        for sweep in others:
            self._look(sweep)
        longest, left = _WAIT_OTHERS if others else _WAIT, self._deadline - self._clock()
        wait = min(longest, max(1.0, left)) if left > 0 else longest
        self._look(self._service.run_id, wait)

    def _look(self, sweep: str, wait: float = 0.0) -> None:
        """Apply what the daemon says of the children of a sweep."""
        answer = self._service.children(sweep, self._plan.metric, wait)
        self._trials.see(answer.children)
        if answer.is_complete:
            there = {child["id"] for child in answer.children}
            for trial in self._of(sweep):
                if trial.run_id not in there:
                    trial.state, trial.reason = RunStatus.CANCELED, "the run was removed"

    def _of(self, sweep: str) -> List[Trial]:
        """The submitted children of a sweep that have not ended."""
        return [trial for trial in self._trials.active() if str(trial.run_id).rpartition("_")[0] == sweep]

    def _apply_policy(self) -> None:
        """Stop the children that the policy stops."""
        for trial, stop in self._trials.to_stop().items():
            self._stop(trial, stop)

    def _stop(self, trial: Trial, stop: "Stop") -> None:
        """Decide to stop a child, then cancel it."""
        trial.stopped = stop.sentence(self._plan.metric)
        self._decide(trials.STOP, trial.number, metric=self._plan.metric, value=stop.value, bound=stop.bound,
                     interval=stop.interval, reason=trial.stopped)
        self._service.cancel(str(trial.run_id), trial.stopped)
        say("POLICY", "{}: {}".format(trial.run_id, trial.stopped))

    def _conclude(self) -> Ending:
        """How the sweep ended."""
        best = self._trials.best()
        if best is None or best.best is None:
            return Ending(False, self._why_there_is_no_best())
        self._service.conclude({"score": repr(best.best), "best_child_run_id": str(best.run_id),
                                "best_metric_status": "Succeeded"})
        return Ending(True, "the best child run is {}: {} = {:.6g}, {}".format(
            best.run_id, self._plan.metric, best.best, json.dumps(best.values)))

    def _why_there_is_no_best(self) -> str:
        """Why no child has a value of the primary metric, in words."""
        children = [trial for _, trial in sorted(self._trials.by_number.items())]
        failed = [trial for trial in children if trial.state == "Failed"]
        if children and len(failed) == len(children):
            return "all {} child runs failed; the first one, {}: {}".format(
                len(failed), failed[0].run_id, failed[0].reason or "no reason is known")
        some = (self._service.metrics(str(trial.run_id)) for trial in children[:20])
        logged: List[str] = next(filter(None, some), [])
        return "no child run reported the primary metric '{}' as a finite number; {}".format(
            self._plan.metric, "they logged " + (", ".join(map(repr, logged[:20])) or "no metric"))


def controller_of(facts: Dict[str, Any]) -> Controller:
    """The controller of a run. UserErrorException: the run is no sweep, or its children need what is not kept."""
    plan = plans.of_run(facts)
    plans.check_kept(plan)
    return Controller(plan, Service(facts["id"]), seconds(facts.get("started") or facts["created"]))


if __name__ == "__main__":
    program.main("sweep", controller_of)
