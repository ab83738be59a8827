from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dure.bodies.succession import Span
from dure.core import clock
from dure.core.ids import uuid7

if TYPE_CHECKING:
    from dure.core.viewer import Viewer


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, viewer: Viewer) -> BodyQuerySet:
        """Confirmed and ended bodies are public. One that waits or was refused is seen by its applicant, its members
        and the officials of public bodies, who decide on it."""
        public = Q(state__in=[Body.State.CONFIRMED, Body.State.ENDED])
        if viewer.operator:
            return self.all()
        if viewer.person_id is None:
            return self.filter(public)
        if viewer.may_act_for(viewer.body_id) and Body.objects.filter(pk=viewer.body_id).public().exists():
            return self.all()
        mine = Registration.objects.filter(applicant_id=viewer.person_id).values("body_id")
        return self.filter(public | Q(pk__in=mine))

    def valid_on(self, day: date) -> BodyQuerySet:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            state__in=[Body.State.CONFIRMED, Body.State.ENDED],
        )

    def public(self) -> BodyQuerySet:
        """Public bodies (공공기관), as against companies, associations and residents' groups."""
        return self.filter(kind__in=PUBLIC_KINDS, state=Body.State.CONFIRMED)


class Body(models.Model):
    """An organisation that can act here: a public body of the table, or a partner that registered.

    `id` of a body from the table is made from its code (`names.body_id`), so it is the same in every installation.
    `valid_from` and `valid_to` are both included; None is open.
    """

    class Kind(models.TextChoices):
        SIDO = "sido", _("시·도")
        SIGUNGU = "sigungu", _("시·군·구")
        DISTRICT = "district", _("일반구·행정시")
        CENTRAL = "central", _("중앙행정기관")
        INSTITUTION = "institution", _("공공기관")
        PUBLIC_CORP = "public-corp", _("공기업")
        EDUCATION = "education", _("교육청")
        POLICE = "police", _("경찰")
        FIRE = "fire", _("소방")
        ASSOCIATION = "association", _("협회·단체")
        COMPANY = "company", _("기업")
        UNIVERSITY = "university", _("대학")
        COOPERATIVE = "cooperative", _("협동조합·사회적기업")
        RESIDENTS = "residents", _("주민 모임")

    class State(models.TextChoices):
        REGISTERED = "registered", _("확인을 기다립니다")
        CONFIRMED = "confirmed", _("확인되었습니다")
        REFUSED = "refused", _("확인되지 않았습니다")
        ENDED = "ended", _("활동을 마쳤습니다")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, blank=True)
    code_scheme = models.CharField(max_length=20, blank=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED)
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    full_name_ko = models.CharField(max_length=160)
    full_name_en = models.CharField(max_length=240, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    province = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=400, blank=True)
    confidence = models.CharField(max_length=5, blank=True)
    web_page = models.URLField(max_length=300, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    about = models.TextField(max_length=4000, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("기관")
        verbose_name_plural = _("기관")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="bodies_body_code_once"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="bodies_body_ends_later",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(valid_to__isnull=False), name="bodies_body_end_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["full_name_ko", "id"], name="bodies_body_by_name"),
            models.Index(fields=["kind", "state"], name="bodies_body_by_kind"),
        ]

    def __str__(self) -> str:
        return self.full_name_ko

    def get_absolute_url(self) -> str:
        return reverse("bodies:body", args=[self.slug])

    @property
    def urn(self) -> str:
        return f"dure:body:{self.pk}"

    @property
    def name(self) -> str:
        """The full name in the reader's language; of 동구 and its like always with the province."""
        return (self.full_name_en if get_language() == "en" else "") or self.full_name_ko

    @property
    def short_name(self) -> str:
        return (self.name_en if get_language() == "en" else "") or self.name_ko

    @property
    def span(self) -> Span:
        return Span(self.valid_from, self.valid_to)

    @property
    def is_public_body(self) -> bool:
        return self.kind in PUBLIC_KINDS

    def is_active(self, day: date | None = None) -> bool:
        """Confirmed, and valid on `day` (today when left out)."""
        return self.state == self.State.CONFIRMED and self.span.holds(day or clock.today())


PUBLIC_KINDS = frozenset(
    {
        Body.Kind.SIDO,
        Body.Kind.SIGUNGU,
        Body.Kind.DISTRICT,
        Body.Kind.CENTRAL,
        Body.Kind.INSTITUTION,
        Body.Kind.PUBLIC_CORP,
        Body.Kind.EDUCATION,
        Body.Kind.POLICE,
        Body.Kind.FIRE,
    }
)


class BodyAlias(models.Model):
    """Another code or name under which a body is known: an old code, a former name, a short one.

    `key` is the value as it is compared (`names.normal`, a code as it is).
    """

    class Kind(models.TextChoices):
        CODE = "code", _("옛 코드")
        FORMER = "former", _("옛 이름")
        SHORT = "short", _("줄여 부르는 이름")

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    value = models.CharField(max_length=120)
    key = models.CharField(max_length=120, editable=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=400, blank=True)
    confidence = models.CharField(max_length=5, blank=True)

    class Meta:
        verbose_name = _("다른 이름")
        verbose_name_plural = _("다른 이름")
        constraints = [
            models.UniqueConstraint(fields=["body", "kind", "value"], name="bodies_alias_once"),
        ]
        indexes = [models.Index(fields=["key"], name="bodies_alias_key")]

    def __str__(self) -> str:
        return self.value


class BodySuccession(models.Model):
    """`old` became `new`, or a part of it, on the day `on` (the first day of `new`)."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("합침")
        SPLIT = "split", _("나눔")
        RENAME = "rename", _("이름 바꿈")
        MOVE = "move", _("소속 옮김")

    old = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="origins")
    on = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=400, blank=True)
    confidence = models.CharField(max_length=5, blank=True)

    class Meta:
        verbose_name = _("기관의 바뀜")
        verbose_name_plural = _("기관의 바뀜")
        constraints = [
            models.UniqueConstraint(fields=["old", "new", "on"], name="bodies_succession_once"),
            models.CheckConstraint(condition=~Q(old=models.F("new")), name="bodies_succession_other"),
        ]
        indexes = [models.Index(fields=["on", "id"], name="bodies_succession_by_day")]


class Registration(models.Model):
    """A partner's request to be confirmed as a body here, and what became of it.

    Not public: the body is, once confirmed.
    """

    body = models.OneToOneField(Body, on_delete=models.CASCADE, related_name="registration", primary_key=True)
    receipt = models.CharField(max_length=24, unique=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, blank=True)
    position = models.CharField(max_length=80, blank=True)
    statement = models.TextField(max_length=2000)
    handed_in_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_for = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refused = models.BooleanField(default=False)
    reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("기관 등록")
        verbose_name_plural = _("기관 등록")
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number="") & Q(refused=False), name="bodies_registration_number_once"
            ),
            models.CheckConstraint(
                condition=Q(refused=False) | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="bodies_registration_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_by__isnull=False),
                name="bodies_registration_decider",
            ),
        ]
        indexes = [models.Index(fields=["decided_at", "handed_in_at"], name="bodies_registration_open")]
