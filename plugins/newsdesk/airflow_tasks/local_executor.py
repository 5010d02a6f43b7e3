"""The executor of `make run`: Airflow's LocalExecutor, whose tasks share the loaded modules and models.

The LocalExecutor forks its workers from the scheduler, and each task from a worker. Without this, every task of enrich loads the
models again, which takes longer than enriching a few articles.
"""

from airflow.executors.local_executor import LocalExecutor


class PreloadingLocalExecutor(LocalExecutor):
    """A LocalExecutor that loads `newsdesk.airflow_tasks.preload` before it forks its workers."""

    def start(self) -> None:
        # Imported here, since every process of Airflow imports this module, and only the scheduler starts the executor.
        if self.is_mp_using_fork:
            import newsdesk.airflow_tasks.preload  # noqa: F401

        super().start()
