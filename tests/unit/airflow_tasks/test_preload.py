"""What a Celery worker and the executor of `make run` load before their first task.

Tests of newsdesk.airflow_tasks.local_executor.
"""

import subprocess
import sys

FORKED = """
import os
import newsdesk.airflow_tasks.preload
from newsdesk import enrichment, nlp, settings

if (child := os.fork()) == 0:
    nlp.load_model = None
    enrichment.preload(settings.load())
    os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_task_forked_from_the_worker_loads_no_model(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


LOCAL = """
from newsdesk import nlp, settings
from newsdesk.airflow_tasks.local_executor import PreloadingLocalExecutor

class Recording(PreloadingLocalExecutor):
    def _spawn_worker(self):
        nlp.load_model = None
        next(nlp.open_analyser(settings.load().nlp).analyse_many(["The ferry left."], "en"))
        print("spawned")

Recording(parallelism=1).start()
"""


def test_the_local_executor_loads_the_models_before_it_forks_its_workers(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", LOCAL], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("spawned\n"), done.stderr
