"""Topics through Airflow: what each task calls, and mail through a connection of Airflow's."""

import datetime as dt
import smtplib
from typing import TYPE_CHECKING

from newsdesk.airflow_tasks.tasks import open_es, settings
from newsdesk.errors import Unavailable

if TYPE_CHECKING:
    from airflow.sdk import Context

    from newsdesk.topics.channels import Senders
    from newsdesk.topics.records import Message, Subscription


def follow_topics(partition: str, context: "Context") -> None:
    from newsdesk.jobs import topics

    topics.follow_topics(partition, settings(), open_es(), senders(context))


def notify_subscribers(context: "Context") -> None:
    from newsdesk.jobs import topics

    topics.notify_subscribers(settings(), senders(context))


def senders(context: "Context") -> "Senders":
    from newsdesk.topics.channels import webhook_senders
    from newsdesk.topics.records import Channel

    def send_by_mail(subscription: "Subscription", message: "Message") -> None:
        _mail(subscription.address, message, context)

    return {**webhook_senders(settings(), now=lambda: dt.datetime.now(dt.UTC)), Channel.MAIL: send_by_mail}


def _mail(address: str, message: "Message", context: "Context") -> None:
    """Send a mail. Raises Unavailable if the mail server or Airflow's connection to it cannot be used."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier
    from airflow.sdk.exceptions import AirflowException

    from newsdesk.topics.messages import to_html, to_subject

    notifier = SmtpNotifier(
        to=[address],
        subject=to_subject(message),
        html_content=to_html(message),
        smtp_conn_id=settings().alerts.smtp_connection,
        # The same when a message is repeated, so that a mail server can leave the second one out.
        custom_headers={"Message-ID": f"<{message.id}@newsdesk.invalid>"},
    )
    try:
        # `notify`, since a call would render the text of articles as a template.
        notifier.notify(context)
    except (smtplib.SMTPException, OSError, ValueError, AirflowException) as error:
        raise Unavailable("the mail server", type(error).__name__) from error
