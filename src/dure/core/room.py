"""core: what every room needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dure.core import attachments, follow, housekeeping, notices, search
from dure.core.events import Line
from dure.core.jobs import jobs_visible_to, title_of
from dure.core.links import Link, resolve, urn
from dure.core.models import Event, Person, StaffSession, Withholding
from dure.core.rooms import Noun, Periodic, Progress, Purpose, Room, Subscriber
from dure.core.viewer import Viewer


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    bodies = resolve([urn("body", e.actor_body_id) for e in events if e.actor_body_id], viewer)
    texts = {
        "core.withheld": _("일부를 공개하지 않기로 정했습니다."),
        "core.opened": _("공개하지 않던 것을 공개했습니다."),
        "core.review.due": _("공개하지 않은 것을 다시 볼 날이 되었습니다."),
        "core.job.done": _("맡기신 일을 마쳤습니다."),
        "core.job.failed": _("맡기신 일을 마치지 못했습니다."),
        "core.job.retried": _("일을 다시 시작했습니다."),
        "core.job.cancelled": _("일을 취소했습니다."),
        "core.staff.opened": _("운영 지원 시간을 열었습니다."),
        "core.staff.ended": _("운영 지원 시간을 끝냈습니다."),
        "core.admin.added": _("관리자 화면에서 추가했습니다."),
        "core.admin.changed": _("관리자 화면에서 바꿨습니다."),
        "core.admin.deleted": _("관리자 화면에서 지웠습니다."),
    }
    lines = dict(attachments.describe(events, viewer, bodies))
    for event in events:
        if event.type in texts:
            actor = bodies.get(urn("body", event.actor_body_id)) if event.actor_body_id else None
            lines[event.seq] = Line(
                event.seq, event.at, texts[event.type], actor.title if actor else "", "", event.type
            )
    return lines


def resolve_people(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Person.objects.filter(pk__in=ids, is_active=True).values_list("pk", "name")
    return {pk: Link(urn("person", pk), name, "") for pk, name in rows}


def resolve_jobs(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = jobs_visible_to(viewer).filter(pk__in=ids)
    return {job.pk: Link(urn("job", job.pk), title_of(job), reverse("core:job", args=[job.pk])) for job in rows}


def resolve_staff_sessions(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    """Only operators, inside a staff session of their own, see who opened one and why."""
    if not viewer.operator:
        return {}
    rows = StaffSession.objects.filter(pk__in=ids).select_related("person")
    url = "/desk/operations/"
    return {row.pk: Link(urn("staff_session", row.pk), row.person.name, url, row.reason) for row in rows}


def demo(progress: Progress) -> None:
    from dure.core.demo import make_people

    make_people(progress)


def resolve_withholdings(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = list(Withholding.objects.visible_to(viewer).filter(pk__in=ids))
    subjects = resolve([row.subject_urn for row in rows], viewer)
    return {
        row.pk: Link(row.urn, subjects[row.subject_urn].title, subjects[row.subject_urn].url)
        for row in rows
        if row.subject_urn in subjects
    }


ROOM = Room(
    name="core",
    floor=0,
    question=gettext_lazy("여기 있는 모든 것이 무엇을 함께 쓰나요?"),
    about=gettext_lazy("보는 사람, 공개 범위, 사건, 링크, 따라보기, 알림, 파일, 일감을 둡니다. 모든 방이 함께 씁니다."),
    nouns=(
        Noun("사람", "person", "Person"),
        Noun("운영 지원 시간", "staff session", "StaffSession"),
        Noun("사건", "event", "Event"),
        Noun("전달", "delivery", "Delivery"),
        Noun("볼 수 있는 이", "audience", "Audience"),
        Noun("항목 비공개", "withholding", "Withholding"),
        Noun("따라보기", "follow", "Follow"),
        Noun("주소 확인", "confirmation", "Confirmation"),
        Noun("찾을 글", "search document", "SearchDocument"),
        Noun("알림", "notice", "Notice"),
        Noun("편지", "message", "Message"),
        Noun("파일", "attachment", "Attachment"),
        Noun("파일 내용", "blob", "Blob"),
        Noun("일감", "job", "Job"),
        Noun("살아 있음", "heartbeat", "Heartbeat"),
    ),
    verbs=(
        "withhold",
        "open_up",
        "dead_letter_retry",
        "dead_letter_skip",
        "staff_session_open",
        "staff_session_end",
        "enqueue",
        "job_cancel",
        "job_retry",
        "follow",
        "unfollow",
        "follow_by_email",
        "confirmation_start",
        "confirmation_finish",
        "mark_read",
        "set_mail",
        "attach",
        "remove",
    ),
    events_out={
        "core.withheld": gettext_lazy("공개하지 않기로 함"),
        "core.opened": gettext_lazy("다시 공개함"),
        "core.review.due": gettext_lazy("다시 볼 날이 됨"),
        "core.attachment.added": gettext_lazy("파일을 붙임"),
        "core.attachment.removed": gettext_lazy("파일을 뗌"),
        "core.job.done": gettext_lazy("일감을 마침"),
        "core.job.failed": gettext_lazy("일감을 마치지 못함"),
        "core.job.retried": gettext_lazy("일감을 다시 시작함"),
        "core.job.cancelled": gettext_lazy("일감을 취소함"),
        "core.dead_letter.retried": gettext_lazy("멈춘 전달을 다시 시도함"),
        "core.dead_letter.skipped": gettext_lazy("멈춘 전달을 건너뜀"),
        "core.staff.opened": gettext_lazy("운영 지원 시간을 엶"),
        "core.staff.ended": gettext_lazy("운영 지원 시간을 끝냄"),
        "core.admin.added": gettext_lazy("관리자 화면에서 추가함"),
        "core.admin.changed": gettext_lazy("관리자 화면에서 바꿈"),
        "core.admin.deleted": gettext_lazy("관리자 화면에서 지움"),
    },
    subscribers=(
        Subscriber("core.followers", ("*",), notices.tell_followers),
        Subscriber("core.job_owner", ("core.job.done", "core.job.failed"), notices.tell_job_owner),
    ),
    resolvers={
        "person": resolve_people,
        "staff_session": resolve_staff_sessions,
        "job": resolve_jobs,
        "attachment": attachments.resolve_attachments,
        "withholding": resolve_withholdings,
    },
    describe=describe,
    demo=demo,
    confirmations={
        follow.PURPOSE: Purpose(
            ask=gettext_lazy("새 소식을 이 주소로 받아 보시겠어요?"), done=follow.begin_by_email, page=follow.page_of
        ),
    },
    jobs={"core.reviews": housekeeping.reviews, "core.tidy": housekeeping.tidy},
    periodic=(Periodic("core.reviews", "day"), Periodic("core.tidy", "day")),
    warm=search.warm_up,
)
