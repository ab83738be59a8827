from dure.core.models.attachment import Attachment, Blob
from dure.core.models.event import Delivery, Event
from dure.core.models.follow import Confirmation, Follow
from dure.core.models.job import Heartbeat, Job
from dure.core.models.notice import Message, Notice
from dure.core.models.person import Person, StaffSession
from dure.core.models.search import SearchDocument
from dure.core.models.visibility import Audience, Withholding

__all__ = [
    "Attachment",
    "Audience",
    "Blob",
    "Confirmation",
    "Delivery",
    "Event",
    "Follow",
    "Heartbeat",
    "Job",
    "Message",
    "Notice",
    "Person",
    "SearchDocument",
    "StaffSession",
    "Withholding",
]
