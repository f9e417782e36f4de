"""Mails: written with what they tell of, sent after the commit."""

from reporting.notifications.digests import queue_digests
from reporting.notifications.events import queue_extension_mails, queue_mails
from reporting.notifications.handovers import queue_handover_mails
from reporting.notifications.people import queue_people_mails
from reporting.notifications.readiness import queue_ready_mails, ready_mails
from reporting.notifications.reminders import queue_reminders
from reporting.notifications.sending import send_mails

__all__ = [
    "queue_digests",
    "queue_extension_mails",
    "queue_handover_mails",
    "queue_mails",
    "queue_people_mails",
    "queue_ready_mails",
    "queue_reminders",
    "ready_mails",
    "send_mails",
]
