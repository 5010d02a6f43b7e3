"""The image as Kubernetes runs it: as a user that it was not made for."""

import pytest


@pytest.mark.parametrize("user", ["50000:0", "1234567:0"], ids=["user of the chart", "any user of group 0"])
def test_the_image_starts_airflow_and_writes_its_home_as(engine, image, user):
    program = 'airflow version && touch "$HOME/written" /opt/airflow/logs/written && newsdesk --help >/dev/null && id -u && id -g'
    printed = engine.docker("run", "--rm", "--user", user, "--cap-drop", "ALL", image, "bash", "-c", program).split()
    assert printed[-3:] == ["3.3.2", *user.split(":")]
