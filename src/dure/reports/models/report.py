"""A report: what somebody said is wrong, where it is, and who has it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from dure.core import clock, tokens
from dure.core.ids import uuid7
from dure.core.visibility import Visible
from dure.reports.categories import name_of


class Report(Visible):
    """One matter. `words` are public, with personal numbers masked; `original` is what was typed where that differs,
    for the body that answers (`visible_owner`) alone. `lon`, `lat` are WGS84 degrees, `accuracy_m` the radius in which
    the place lies, `heading` degrees from north. `due_at` is the legal deadline with its `due_law`. The receipt and
    the token of the status link stay the same however often the report changes hands. What is withheld for partners is
    read by the body that has it and by the company it is about (`visible_circle`).
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("주민의 신고")
        COMPANY = "company", _("기업의 어려움")

    class Source(models.TextChoices):
        WEB = "web", _("누리집")
        API = "api", _("협력 서비스")
        OPEN311 = "open311", "Open311"
        EMAIL = "email", _("전자우편")
        COUNTER = "counter", _("창구·전화")
        SPLIT = "split", _("나눈 신고")

    class State(models.TextChoices):
        RECEIVED = "received", _("접수됨")
        TAKEN = "taken", _("담당자가 맡음")
        ASKED = "asked", _("신고하신 분께 물음")
        UNDER_WAY = "under_way", _("현장으로 가는 중")
        CLOSED = "closed", _("마침")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("처리함")
        ANSWERED = "answered", _("답을 드림")
        NOTHING_FOUND = "nothing_found", _("현장에서 찾지 못함")
        CANNOT = "cannot", _("할 수 없음")
        JOINED = "joined", _("같은 신고에 합침")
        SPLIT = "split", _("여러 기관으로 나눔")
        ABUSE = "abuse", _("신고가 아님")

    class CategoryBy(models.TextChoices):
        PERSON = "person", _("신고하신 분이 고름")
        WORDS = "words", _("적은 말로 짐작함")
        OFFICIAL = "official", _("담당자가 고침")
        PARTNER = "partner", _("보낸 서비스가 정함")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    receipt = models.CharField(max_length=24, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CITIZEN)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.WEB)
    person = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=4000)
    original = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=10, default="ko")
    category = models.CharField(max_length=60, blank=True)
    category_by = models.CharField(max_length=8, choices=CategoryBy.choices, default=CategoryBy.PERSON)

    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    heading = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    road_class = models.CharField(max_length=40, blank=True)
    road_no = models.CharField(max_length=20, blank=True)
    road_km = models.FloatField(null=True, blank=True)
    area_code = models.CharField(max_length=10, blank=True)

    body = models.ForeignKey("bodies.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=120, blank=True)
    officer = models.ForeignKey("core.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    outcome = models.CharField(max_length=13, choices=Outcome.choices, blank=True)
    safety = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    happened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_law = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    second_look_at = models.DateTimeField(null=True, blank=True)
    moves_count = models.PositiveSmallIntegerField(default=0)

    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined")
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="pieces")
    route = models.ForeignKey(
        "reports.RouteDecision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    collaboration = models.CharField(max_length=60, blank=True)

    urn_kind = "report"
    visible_owner = "body_id"
    visible_author = "person_id"
    visible_circle = "id"

    class Meta(Visible.Meta):
        constraints: ClassVar = [
            *Visible.Meta.constraints,
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="report_in_degrees",
            ),
            models.CheckConstraint(condition=Q(safety__lte=3), name="report_safety"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="report_closed_whole",
            ),
            models.CheckConstraint(condition=~Q(outcome="joined") | Q(joined_to__isnull=False), name="report_joined"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["body", "state", "due_at"], name="report_by_deadline"),
            models.Index(fields=["category", "created_at"], name="report_by_category"),
            models.Index(fields=["area_code", "created_at"], name="report_by_area"),
            models.Index(fields=["lon", "lat"], name="report_by_place"),
            models.Index(fields=["-created_at"], name="report_newest"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.receipt])

    @property
    def status_path(self) -> str:
        """The short status link without the site: for whoever reported, and whom they show it to."""
        return f"/r/{tokens.token_of('report', self.pk)}/"

    @property
    def title(self) -> str:
        """The category and the first words."""
        said = Truncator(self.words.replace("\n", " ")).chars(50)
        name = name_of(self.category)
        return f"{name} · {said}" if name else str(said)

    @property
    def open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def overdue(self) -> bool:
        return self.open and self.due_at is not None and self.due_at < clock.now()


class ReportContact(models.Model):
    """How to reach whoever reported, kept apart from the report: only the body that has it, and letters, use it.

    `sealed` is the address encrypted under the installation's key. Nobody is written to before `confirmed_at`, except
    for the confirmation itself. The row goes 90 days after the report is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="contact")
    channel = models.CharField(max_length=5, choices=[("email", _("전자우편")), ("phone", _("전화"))])
    sealed = models.BinaryField()
    name = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmation = models.ForeignKey(
        "core.Confirmation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
