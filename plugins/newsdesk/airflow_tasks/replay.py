"""The params of `newsdesk_enrich`, for which Airflow shows a form: the scope of a replay."""

from airflow.sdk import Param

from newsdesk.scope import Only

SCOPE_PARAMS = {
    "only": Param(
        Only.ALL.value,
        type="string",
        enum=[only.value for only in Only],
        description="Captures to enrich again: all of the partition, those that failed, those whose article is missing, "
        "or those that an older version of the pipeline enriched. Captures that were never enriched are always included.",
    ),
    # With "null", since Airflow's form requires a value for a plain "string".
    "source": Param(None, type=["null", "string"], description="Only captures of this source, by its key or name. Empty: of every source."),
    "language": Param(
        None,
        type=["null", "string"],
        pattern="^([a-z]{2,3})?$",
        description="Only articles in this language, such as en. Empty: in every language.",
    ),
}
"""`scope.parse_scope` reads them from the conf of the run."""
