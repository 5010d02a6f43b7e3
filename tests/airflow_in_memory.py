"""An Airflow in memory with the methods of `AirflowApi` that commands need."""

from collections import Counter

from newsdesk.errors import Unavailable
from newsdesk.ops.airflow_api import ENDED, AirflowRefused, DagRun


class Airflow:
    """Runs end when time passes, with the state in `ends` (by partition) or `end_state`. `away` requests fail, and `lost` ones start a run without a response.

    If `is_prompt`, a run ends when it is triggered, after `work(run)`. `looks` has the number of requests before each passing of time.
    """

    def __init__(self, *, is_prompt=False):
        self.is_prompt, self.work = is_prompt, lambda _run: None
        self.made, self.ends, self.end_state, self.paused = {}, {}, "success", set()
        self.away = self.lost = 0
        self.requests, self.looks = Counter(), []

    def pass_time(self, _seconds):
        self.looks.append(sum(self.requests.values()))
        self.requests.clear()
        for run_id, run in self.made.items():
            if run.state not in ENDED:
                self._change(run_id, state=self.ends.get(run.partition_key, self.end_state))

    def _answer(self, name):
        self.requests[name] += 1
        if self.away:
            self.away -= 1
            raise Unavailable("airflow", "Airflow does not answer")

    def _change(self, run_id, **news):
        run = self.made[run_id]
        facts = {"state": run.state, "note": run.note, **news}
        self.made[run_id] = DagRun(run.dag_id, run_id, partition_key=run.partition_key, conf=run.conf, **facts)

    def is_paused(self, dag_id):
        self._answer("is_paused")
        return dag_id in self.paused

    def runs_named(self, dag_id, prefix, *, states=()):
        self._answer("all runs" if not states else "runs")
        named = [run for run_id, run in self.made.items() if run.dag_id == dag_id and run_id.startswith(prefix)]
        return [run for run in named if not states or run.state in states]

    def run(self, _dag_id, run_id):
        self._answer("run")
        return self.made[run_id]

    def trigger(self, dag_id, key, *, run_id="manual__1", conf=None):
        self._answer("trigger")
        if run_id in self.made:
            raise AirflowRefused(409, "there is one")
        self.made[run_id] = DagRun(dag_id, run_id, "queued", key, conf=conf or {})
        if self.lost:
            self.lost -= 1
            raise Unavailable("airflow", "the answer was lost")
        if self.is_prompt:
            self.work(self.made[run_id])
            self.pass_time(0)
        return self.made[run_id]

    def note(self, run_id, text):
        self._change(run_id, note=text)

    def clear(self, run, *, note):
        self._change(run.run_id, state="queued", note=note)

    def end(self, run, *, note):
        self._change(run.run_id, state="failed", note=note)

    def task_states(self, _dag_id, _run_id):
        return []

    def failed_tasks(self, _dag_id, _run_id):
        return ["fetch_shard", "fetch_shard"]
