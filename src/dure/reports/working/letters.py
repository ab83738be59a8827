"""Who hears of what: whoever reported by a letter without personal data, officials by a notice in the house."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dure.bodies.models import Membership
from dure.core import clock, outbox, ports
from dure.core.links import parse
from dure.core.models import Event, Message
from dure.core.notices import notify
from dure.reports.models import Report, ReportContact, WorkBatch
from dure.reports.sealed import unseal

EVENTS = (
    "reports.taken",
    "reports.asked",
    "reports.extended",
    "reports.extension.*",
    "reports.updated",
    "reports.closed",
    "reports.joined",
    "reports.split",
    "reports.given",
    "reports.move.*",
    "reports.replied",
    "reports.not_solved",
    "reports.assigned",
)
NOW_CLOSED = {"reports.closed", "reports.joined"}


def _said(type: str) -> str:
    """One sentence for whoever reported; '' where they are not written to."""
    return {
        "reports.taken": _("담당자가 맡았습니다."),
        "reports.asked": _("맡은 기관이 여쭙습니다. 답해 주시면 바로 이어서 처리합니다."),
        "reports.extended": _("기한이 늘었습니다. 까닭을 적어 두었습니다."),
        "reports.extension.asked": _("기한을 한 번 더 늘려도 되는지 여쭙습니다."),
        "reports.updated": _("진행 상황을 알려 드립니다."),
        "reports.closed": _("답을 드렸습니다. 풀리지 않았으면 30일 안에 한 번 다시 살펴 달라고 하실 수 있습니다."),
        "reports.joined": _("같은 일을 알린 다른 신고에 합쳤습니다."),
        "reports.split": _("여러 기관의 일이라 나누었습니다. 링크 하나에서 모두 보실 수 있습니다."),
        "reports.given": _("맡을 기관을 찾았습니다."),
        "reports.move.accepted": _("다른 기관이 넘겨받았습니다. 접수번호와 링크는 그대로입니다."),
        "reports.move.decided": _("조정자가 맡을 기관을 정했습니다. 접수번호와 링크는 그대로입니다."),
    }.get(type, "")


def tell(event: Event) -> None:
    """Subscriber `reports.work`."""
    report = Report.objects.select_related("split_from").filter(pk=parse(event.subject)[1]).first()
    if report is None:
        return
    if event.type in NOW_CLOSED and report.open:
        return  # taken back before anybody was told
    notify(_officials(event, report), event)
    write_to_reporter(event, report)
    if event.type == "reports.closed":
        for joined in report.joined.all():
            write_to_reporter(event, joined)


def write_to_reporter(event: Event, report: Report) -> None:
    """A letter or a short message with the status link, in the language of the report."""
    with translation.override(report.language):
        said = _said(event.type)
    if not said:
        return
    whole = report.split_from or report
    if whole.person_id:
        notify([whole.person_id], event)
    contact = ReportContact.objects.filter(report=whole, confirmed_at__isnull=False).first()
    if contact is None or whole.person_id == event.actor_person_id is not None:
        return
    link = settings.SITE_URL + whole.status_path
    key = letter_key(event, report)
    if contact.channel == "phone":
        if "sms" not in ports.channels():
            return
        text = ports.compose("status", link, report.language)
        message = outbox.queue(channel="sms", address=unseal(contact.sealed), text=text, once_key=key)
    else:
        with translation.override(report.language):
            subject = _("[두레] 신고 %(receipt)s: 새 소식") % {"receipt": whole.receipt}
            text = "\n".join([said, "", link, "", _("이 링크를 아는 사람은 신고의 상황을 볼 수 있습니다.")]) + "\n"
        message = outbox.queue(
            channel="email", address=unseal(contact.sealed), subject=subject, text=text, once_key=key
        )
    if WorkBatch.objects.filter(steps__report=report, steps__last_event=event.seq, undone_at=None).exists():
        # What was done to many can be taken back for a while: until then nobody is written to.
        wait = event.at + WorkBatch.UNDO
        Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(due_at=wait)


def letter_key(event: Event, report: Report) -> str:
    return f"reports:{report.pk}:{event.seq}"


def take_back(event: Event) -> None:
    """Subscriber `reports.work_undone`: letters about what was taken back do not go out."""
    id = parse(event.subject)[1]
    Message.objects.filter(
        once_key__startswith=f"reports:{id}:", state=Message.State.WAITING, attempts=0, due_at__gt=clock.now()
    ).delete()


def _officials(event: Event, report: Report) -> list[UUID]:
    type, data = event.type, event.data
    if type == "reports.assigned":
        return [UUID(data["person"])]
    if type == "reports.move.offered":
        return people_of(UUID(data.get("arbiter") or data["body"]))
    if type in ("reports.move.accepted", "reports.move.decided"):
        before = [UUID(data["before"])] if data.get("before") else []
        return [id for body in (*before, UUID(data["body"])) for id in people_of(body)]
    if type in ("reports.replied", "reports.extension.answered", "reports.move.returned"):
        return [report.officer_id] if report.officer_id else people_of(report.body_id)
    if type in ("reports.not_solved", "reports.given"):
        return people_of(report.body_id)
    return []


def people_of(body_id: UUID | None, roles: Iterable[str] = ("head", "officer")) -> list[UUID]:
    if body_id is None:
        return []
    rows = Membership.objects.valid_on(clock.today()).filter(body_id=body_id, role__in=list(roles))
    return list(rows.values_list("person_id", flat=True))
