"""What a Celery worker and the executor of `make run` load before their first task.

Tests of newsdesk.airflow_tasks.local_executor.
"""

import subprocess
import sys

PROGRAM = """
import os
from newsdesk import enrichment, nlp, settings
from newsdesk.airflow_tasks.local_executor import PreloadingLocalExecutor

class Recording(PreloadingLocalExecutor):
    def _spawn_worker(self):
        if (child := os.fork()) == 0:
            nlp.load_model = None
            enrichment.preload(settings.load())
            next(nlp.open_analyser(settings.load().nlp).analyse_many(["The ferry left."], "en"))
            os._exit(0)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

Recording(parallelism=1).start()
raise SystemExit("no worker was forked")
"""


def test_a_worker_that_the_local_executor_forks_loads_no_model(home):
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
