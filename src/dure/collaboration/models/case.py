from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.core.ids import uuid7

if TYPE_CHECKING:
    from dure.core.viewer import Viewer


class PartnerType(models.TextChoices):
    """주체유형: the study's five kinds of collaboration by who takes part (표 2-4, 표 3-1)."""

    CENTRAL = "지자체-중앙", _("지자체-중앙")
    CENTRAL_PRIVATE = "지자체-중앙-민간", _("지자체-중앙-민간")
    LOCAL = "지자체-지자체", _("지자체-지자체")
    PRIVATE = "지자체-민간", _("지자체-민간")
    OTHER = "지자체-기타", _("지자체-기타")


class Level(models.TextChoices):
    SIDO = "광역", _("광역")
    SIGUNGU = "기초", _("기초")
    BOTH = "광역+기초", _("광역+기초")
    CENTRAL = "중앙행정기관", _("중앙행정기관")
    CENTRAL_OFFICE = "중앙소속기관", _("중앙소속기관")
    OTHER = "그 밖", _("그 밖")


class Verdict(models.TextChoices):
    """The study's marks O, △ and X."""

    YES = "yes", _("그렇다")
    PARTIAL = "partial", _("일부")
    NO = "no", _("아니다")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, viewer: Viewer) -> CaseQuerySet:
        """Cases come from a published study and from collaborations that were public: everybody may read them."""
        return self


class Case(models.Model):
    """A collaboration that was: what the study's frame says of it, and how sure its source is.

    `no` is the number in the study's appendix (A001 to A601). `sido` and `sigungu` are the official names of the time
    (2017 to 2019), each between semicolons (`;충청남도;전라북도;`), empty for central bodies and where it could not be
    settled. `title` is the corrected title where the correction is certain, else the title as read from the scan.

    A case that ended here has a number like H0001, its `collaboration`, and a `story` in the study's frame: theme,
    attribute, effects, target, roles, figures, outcome, what was reached and learnt (made by `closing.actions.cases`).
    """

    class Origin(models.TextChoices):
        STUDY = "study", _("협업 연구")
        HERE = "here", _("두레에서 마친 협업")

    class NameState(models.TextChoices):
        """How sure the name of the government is after reading the scan."""

        AS_PRINTED = "as_printed", _("인쇄된 그대로")
        SURE = "sure", _("확실히 고침")
        PROBABLE = "probable", _("그렇게 추정함")
        DOUBTFUL = "doubtful", _("의심스러움")
        UNRESOLVED = "unresolved", _("정하지 못함")

    class TitleState(models.TextChoices):
        AS_PRINTED = "as_printed", _("인쇄된 그대로")
        CORRECTED = "corrected", _("확실한 오독을 고침")
        DOUBTFUL = "doubtful", _("의심스러움")
        MISSING = "missing", _("없어짐")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    no = models.CharField(max_length=12, unique=True)
    origin = models.CharField(max_length=5, choices=Origin.choices, default=Origin.STUDY)

    title = models.CharField(max_length=200, blank=True)
    title_printed = models.CharField(max_length=200, blank=True)
    title_state = models.CharField(max_length=10, choices=TitleState.choices, default=TitleState.AS_PRINTED)
    government = models.CharField(max_length=120)
    government_printed = models.CharField(max_length=120, blank=True)
    norm_confidence = models.CharField(max_length=10, choices=NameState.choices, default=NameState.AS_PRINTED)
    ocr_note = models.CharField(max_length=300, blank=True)
    doubtful = models.BooleanField(default=False)

    level = models.CharField(max_length=6, choices=Level.choices)
    sido = models.CharField(max_length=60, blank=True)
    sigungu = models.CharField(max_length=60, blank=True)

    partner_type = models.CharField(max_length=9, choices=PartnerType.choices)
    service_field = models.CharField(max_length=8)
    tech_applied = models.CharField(max_length=7, choices=Verdict.choices)
    tech_applicable = models.CharField(max_length=7, choices=Verdict.choices)
    resource_shared = models.CharField(max_length=7, choices=Verdict.choices)
    sustainable = models.CharField(max_length=7, choices=Verdict.choices)

    depth_no = models.PositiveSmallIntegerField(null=True, blank=True, unique=True)
    depth = models.JSONField(null=True, blank=True)
    related = models.JSONField(default=list, blank=True)
    subtype = models.CharField(max_length=12)
    subtype_level = models.CharField(max_length=6)
    terms = models.TextField(blank=True)

    collaboration = models.OneToOneField(
        "collaboration.Collaboration", null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    story = models.JSONField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["no"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(title="", title_state="missing")
                | (~models.Q(title="") & ~models.Q(title_state="missing")),
                name="collaboration_case_title_missing",
            ),
            models.CheckConstraint(
                condition=models.Q(depth_no__isnull=True, depth__isnull=True)
                | models.Q(depth_no__isnull=False, depth__isnull=False),
                name="collaboration_case_depth_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(collaboration__isnull=True, story__isnull=True)
                | models.Q(origin="here", collaboration__isnull=False, story__isnull=False),
                name="collaboration_case_of_here_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["service_field", "no"], name="collaboration_case_field"),
            models.Index(fields=["partner_type", "no"], name="collaboration_case_partner"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("library:case", args=[self.no])

    @property
    def name(self) -> str:
        """The title, or a plain sentence where the source has lost it."""
        return self.title or str(_("사업명이 남지 않은 사례"))

    @property
    def is_here(self) -> bool:
        """It ended in this house."""
        return self.origin == self.Origin.HERE

    @property
    def failed(self) -> bool:
        """It did not reach what it wanted, and says so: there is the more to learn."""
        return bool(self.story) and self.story["outcome"] == "failed"

    @property
    def title_doubtful(self) -> bool:
        return self.title_state in (self.TitleState.DOUBTFUL, self.TitleState.MISSING)

    @property
    def government_doubtful(self) -> bool:
        return self.norm_confidence in (self.NameState.PROBABLE, self.NameState.DOUBTFUL, self.NameState.UNRESOLVED)

    @property
    def sidos(self) -> list[str]:
        return [name for name in self.sido.split(";") if name]

    @property
    def sigungus(self) -> list[str]:
        return [name for name in self.sigungu.split(";") if name]


class CaseParty(models.Model):
    """A body that took part in a case, by the name it had then.

    `body_id` is the row of that body in the table of bodies, where the name and the day (`library.source.AS_OF`) settle
    it; a body that has since merged or been renamed is followed from there (`bodies.queries.what_became_of`).
    """

    class Kind(models.TextChoices):
        LOCAL = "local", _("지방자치단체")
        CENTRAL = "central", _("중앙행정기관")
        OTHER = "other", _("그 밖의 기관·단체")
        PRIVATE = "private", _("민간")

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    leads = models.BooleanField(default=False)
    body_id = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="collaboration_caseparty_once"),
        ]
