from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import Visible


class Stage(models.TextChoices):
    DRAFT = "draft", _("쓰는 중")
    ASKED = "asked", _("제안 받는 중")
    AGREEING = "agreeing", _("협약을 준비하는 중")
    WORKING = "working", _("함께 일하는 중")
    ENDED = "ended", _("마침")
    WITHDRAWN = "withdrawn", _("거둠")


TOGETHER = (Stage.AGREEING, Stage.WORKING)
"""The stages in which the parties are settled and decide together."""


class Outcome(models.TextChoices):
    """How a collaboration ended. None of them is a shame: what was learnt goes to the library."""

    DONE = "done", _("뜻한 일을 마침")
    STANDING = "standing", _("상설 조직이 이어받음")
    FAILED = "failed", _("뜻대로 되지 않음")


class ServiceField(models.TextChoices):
    """The study's service fields (표 2-4), with the appendix's 'other'."""

    EDUCATION = "교육", _("교육")
    COMMUNITY = "마을공동체", _("마을공동체")
    CULTURE = "문화/관광", _("문화/관광")
    WELFARE = "사회복지", _("사회복지")
    LIVING = "생활/편의", _("생활/편의")
    SAFETY = "안전/치안", _("안전/치안")
    REGION = "지역개발/환경", _("지역개발/환경")
    ADMINISTRATION = "행정관리", _("행정관리")
    OTHER = "기타", _("기타")


class Target(models.TextChoices):
    """정책대상(표 2-4): whom the result serves."""

    EXTERNAL = "external", _("주민(외부고객)")
    INTERNAL = "internal", _("공무원·공공기관(내부고객)")
    BOTH = "both", _("둘 다")


class Technology(models.TextChoices):
    YES = "yes", _("쓴다")
    NO = "no", _("쓰지 않는다")


class Attribute(models.TextChoices):
    SOFTWARE = "software", _("서비스·프로그램(소프트웨어)")
    HARDWARE = "hardware", _("시설·장비(하드웨어)")


class PartnerKind(models.TextChoices):
    LOCAL = "local", _("다른 지방자치단체")
    CENTRAL = "central", _("중앙부처·소속기관")
    PRIVATE = "private", _("기업·민간단체·주민모임")
    OTHER = "other", _("교육청·경찰·소방·공공기관·대학")


class Collaboration(Visible):
    """Bodies that solve something together. It begins with a call; everything about it stands on its timeline."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="collaborations")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.DRAFT)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    working_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    paused = models.JSONField(default=list, blank=True)
    """Names of the parts (`parts.NAMES`) that rest while a dispute about them is open."""

    urn_kind = "collaboration"
    visible_owner = "body_id"
    visible_circle = "pk"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stage="draft", asked_at=None) | (~Q(stage="draft") & Q(asked_at__isnull=False)),
                name="collaboration_asked_when_not_draft",
            ),
            models.CheckConstraint(
                condition=~Q(stage="withdrawn") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="collaboration_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(stage="ended", ended_at__isnull=False) & ~Q(outcome="") | ~Q(stage="ended") & Q(outcome=""),
                name="collaboration_ended_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "-asked_at", "-id"], name="collaboration_newest"),
            models.Index(fields=["body", "stage"], name="collaboration_of_body"),
        ]

    @classmethod
    def always_q(cls, viewer: Viewer, prefix: str) -> Q:
        """A draft is its body's own."""
        q = ~Q(**{f"{prefix}stage": Stage.DRAFT})
        if viewer.body_id and viewer.reads_for(viewer.body_id):
            q |= Q(**{f"{prefix}body_id": viewer.body_id})
        return q


class Call(models.Model):
    """What a body asks others to solve with it. Read through `queries`, which put `Withheld` for a withheld part."""

    collaboration = models.OneToOneField(Collaboration, on_delete=models.CASCADE, primary_key=True, related_name="call")
    title = models.CharField(_("제목"), max_length=120, blank=True)
    problem = models.TextField(_("풀려는 문제"), max_length=4000, blank=True)
    for_whom = models.CharField(_("누구를 위해"), max_length=300, blank=True)
    goal = models.TextField(_("바라는 결과"), max_length=2000, blank=True)
    field = models.CharField(_("서비스 분야"), max_length=10, choices=ServiceField.choices, blank=True)
    target = models.CharField(_("정책 대상"), max_length=8, choices=Target.choices, blank=True)
    attribute = models.CharField(_("속성"), max_length=8, choices=Attribute.choices, blank=True)
    technology = models.CharField(_("과학기술"), max_length=3, choices=Technology.choices, blank=True)
    place = models.CharField(_("어디서"), max_length=300, blank=True)
    areas = models.JSONField(_("지역 코드"), default=list, blank=True)
    starts_on = models.DateField(_("시작"), null=True, blank=True)
    ends_on = models.DateField(_("끝"), null=True, blank=True)
    partner_kinds = models.JSONField(_("함께하고 싶은 곳"), default=list, blank=True)
    join_until = models.DateField(_("제안 마감"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="collaboration_call_ends_after_start",
            )
        ]

    # The parts a body may withhold, and the model fields each covers.
    PARTS: dict[str, tuple[str, ...]] = {
        "problem": ("problem",),
        "for_whom": ("for_whom",),
        "goal": ("goal",),
        "brings": ("brings",),
        "lacks": ("lacks",),
        "place": ("place", "areas"),
        "term": ("starts_on", "ends_on"),
    }

    def items_of(self, kind: str) -> list[CallItem]:
        return [item for item in self.items.all() if item.kind == kind]

    @property
    def brings(self) -> list[CallItem]:
        return self.items_of(CallItem.Kind.BRINGS)

    @property
    def lacks(self) -> list[CallItem]:
        return self.items_of(CallItem.Kind.LACKS)


class ResourceKind(models.TextChoices):
    """자원(row A3)."""

    BUDGET = "budget", _("예산")
    PEOPLE = "people", _("인력·전문성")
    SPACE = "space", _("공간·시설")
    EQUIPMENT = "equipment", _("장비")
    DATA = "data", _("데이터")
    SYSTEM = "system", _("시스템")
    LICENCE = "licence", _("이용권·허가")
    KNOWHOW = "knowhow", _("경험·지식")
    OTHER = "other", _("그 밖")


class CallItem(models.Model):
    """One thing that the asking body brings or lacks."""

    class Kind(models.TextChoices):
        BRINGS = "brings", _("가진 것")
        LACKS = "lacks", _("모자란 것")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    resource = models.CharField(max_length=9, choices=ResourceKind.choices, default=ResourceKind.OTHER)
    text = models.CharField(max_length=200)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "kind", "place"], name="collaboration_item_place_once")]


class CallRevision(models.Model):
    """What a published call said before a change: {field: old value}. Withheld fields stay withheld here, too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="revisions")
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before: Any = models.JSONField()

    class Meta:
        ordering = ["-at"]


class Invitation(Visible):
    """The asker invites a body, with the reason shown to it."""

    class State(models.TextChoices):
        SENT = "sent", _("답을 기다림")
        DECLINED = "declined", _("사양함")
        OFFERED = "offered", _("제안함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="invitations")
    body = models.ForeignKey("bodies.Body", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("core.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    answer = models.CharField(max_length=500, blank=True)
    suggests = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    urn_kind = "invitation"
    visible_owner = "body_id"
    visible_circle = "collaboration_id"
    visible_container = "collaboration"

    class Meta(Visible.Meta):
        constraints = [
            *Visible.Meta.constraints,
            models.UniqueConstraint(fields=["collaboration", "body"], name="collaboration_invited_once"),
        ]

    @property
    def about(self) -> str:
        return f"dure:collaboration:{self.collaboration_id}"
